/** Those who wait for something to change: for so long at most, and no longer than until somebody wakes all of them. */
export class WaitQueue {
  private waiting: (() => void)[] = []

  /** @param most seconds */
  sleep(most: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 1000 * most)
      this.waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  wake(): void {
    for (const wake of this.waiting.splice(0)) wake()
  }
}
