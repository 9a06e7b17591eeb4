import { AtelierError } from '../base/errors.ts'

/** A store of studies that is damaged, of another program or of a newer version, or held by another process. */
export class StoreError extends AtelierError {
  override readonly name: string = 'StoreError'
}

/** A row that cannot be read. Whoever knows the store's file makes a StoreError of it. */
export class DamagedRowError extends Error {
  override readonly name: string = 'DamagedRowError'
  readonly table: string
  /** An SQL condition that only this row meets, such as `id = 3`. */
  readonly row: string

  constructor(table: string, row: string, what: string, options?: ErrorOptions) {
    super(what, options)
    this.table = table
    this.row = row
  }
}
