/** Those who wait for something to change: for so long at most, and no longer than until somebody wakes all of them. */
export class Sleepers {
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
    for (const rouse of this.waiting.splice(0)) rouse()
  }
}
