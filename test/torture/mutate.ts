import type { Draw } from './draw.ts'

/** Changes bytes as damage and carelessness do: flips, cuts, insertions, copies, numbers at their limits. */
export function mutateBytes(
  draw: Draw,
  original: Uint8Array,
  donors: readonly Uint8Array[] = [],
): Uint8Array {
  let bytes = original
  for (let i = draw.pick([1, 1, 1, 2, 8]); i > 0; i--) bytes = mutateOnce(draw, bytes, donors)
  return bytes
}

function mutateOnce(draw: Draw, bytes: Uint8Array, donors: readonly Uint8Array[]): Uint8Array {
  // Headers lie in front.
  const at = draw.chance(0.5) ? draw.integer(0, Math.min(64, bytes.length)) : draw.integer(0, bytes.length)
  const length = draw.pick([1, 1, 2, 4, 8, draw.integer(1, 64), draw.integer(1, 4096)])
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  const changed = Uint8Array.from(bytes)
  switch (draw.integer(0, 7)) {
    case 0: {
      changed.set([(bytes[at] ?? 0) ^ (1 << draw.integer(0, 7))].slice(0, bytes.length - at), at)
      return changed
    }
    case 1:
      return Uint8Array.from(before)
    case 2:
      return joined(before, draw.bytes(Math.min(length, 64)), after)
    case 3:
      return joined(before, after.subarray(length))
    case 4: {
      const value = draw.pick([0, 0xff, 0x7f, 0x80])
      return joined(
        before,
        new Uint8Array(Math.min(length, after.length)).fill(value),
        after.subarray(length),
      )
    }
    case 5:
      return joined(before, after.subarray(0, length), after)
    case 6: {
      const donor = donors.length === 0 ? bytes : draw.pick(donors)
      return joined(before, donor.subarray(draw.integer(0, donor.length)))
    }
    default: {
      const random = draw.bytes(Math.min(length, after.length, 64))
      changed.set(random, at)
      return changed
    }
  }
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

/** Values that configurations seldom expect. */
const odd: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  0.5,
  -0.0001,
  1e39,
  1e-320,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  ' ',
  'x',
  '1',
  'NaN',
  '__proto__',
  'constructor',
  '../x',
  '$&',
  "$'",
  '\u001b[31m',
  '\u0000',
  'ä\u0308',
  '\ud800',
  'a'.repeat(5000),
  [],
  {},
  [[]],
  [null],
  [0],
  { type: 'mlp' },
  { type: '__proto__' },
  { low: 1, high: 0 },
  new Array(3000).fill(1),
]

const oddKeys = [
  '__proto__',
  'constructor',
  'toString',
  '',
  'type',
  'name',
  'model',
  'a.b',
  'model.layers[99].units',
  '0',
  '\u001b',
  'x'.repeat(3000),
]

/** Changes plain data in one or a few places: other values, missing and additional keys, values moved elsewhere. */
export function mutateTree(draw: Draw, original: unknown): unknown {
  let tree: unknown = structuredClone(original)
  for (let i = draw.pick([1, 1, 2, 4]); i > 0; i--) tree = mutateNode(draw, tree, tree)
  return tree
}

function mutateNode(draw: Draw, node: unknown, root: unknown): unknown {
  const deeper = typeof node === 'object' && node !== null && Object.keys(node).length > 0
  if (!deeper || draw.chance(0.12)) return leaf(draw, node, root)
  const key = draw.pick(Object.keys(node))
  if (Array.isArray(node)) {
    const index = Number(key)
    if (draw.chance(0.15)) return node.toSpliced(index, 1)
    if (draw.chance(0.15)) return node.toSpliced(index, 0, node[index])
    return node.with(index, mutateNode(draw, node[index], root))
  }
  const entries = Object.entries(node)
  if (draw.chance(0.1)) return Object.fromEntries(entries.filter(([name]) => name !== key))
  if (draw.chance(0.1)) return Object.fromEntries([...entries, [draw.pick(oddKeys), draw.pick(odd)]])
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === key ? mutateNode(draw, value, root) : value]),
  )
}

function leaf(draw: Draw, node: unknown, root: unknown): unknown {
  if (typeof node === 'number' && draw.chance(0.4))
    return draw.pick([-node, node + 1, node - 1, node * 2, node / 2, node + 0.5, `${node}`, [node]])
  if (typeof node === 'string' && draw.chance(0.3))
    return draw.pick([node.toUpperCase(), `${node} `, node.slice(1), [node]])
  if (draw.chance(0.1)) return structuredClone(root)
  return draw.pick(odd)
}
