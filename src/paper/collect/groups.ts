export { groupBy } from '../../base/groupBy.ts'
