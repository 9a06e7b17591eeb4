import { DamagedRowError } from './storeError.ts'

/**
 * Plain data from a column.
 *
 * @param row as an SQL condition that only this row meets
 * @throws DamagedRowError
 */
export function readJson(text: string, table: string, row: string, column: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DamagedRowError(table, row, `${column} is not JSON`, { cause })
  }
}
