import { AtelierError } from '../base/errors.ts'

/** A store of studies that is damaged, of another program or of a newer version, or held by another process. */
export class StoreError extends AtelierError {}
