/**
 * The parts of atelier that need Node: datasets from disk or the network, and run folders.
 *
 * @module
 */
export { writeFileAtomic } from './base/atomic.node.ts'
