/** Callers waiting for a change or a timeout. */
export class WaitQueue {
  private waiting: (() => void)[] = []

  /** Waits until {@link wake} is called, at most this many seconds. */
  sleep(most: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000 * most)
      this.waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Ends the wait of all callers. */
  wake(): void {
    for (const wake of this.waiting.splice(0)) wake()
  }
}
