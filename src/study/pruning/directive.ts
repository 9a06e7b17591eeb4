/** What a rule has a trial do, as far as its scores and those of the others tell. */
export type Directive =
  /** Train until so many epochs are done (then look again, when that is not the end). */
  | { readonly type: 'train'; readonly until: number }
  /** Nothing can be said before other trials are further. */
  | { readonly type: 'wait' }
  /**
   * No more than `after` epochs count; 0 when the trial should not begin. A trial that has ended after as many or more
   * counts as stopped; one that ended after fewer keeps its end.
   */
  | { readonly type: 'stop'; readonly after: number; readonly reason: string }

export function epochsText(epochs: number): string {
  return epochs === 1 ? '1 epoch' : `${epochs} epochs`
}
