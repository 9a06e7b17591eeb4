/**
 * Lets the event loop run once: signals, messages and timers are served while a training goes on.
 * `setImmediate` where it exists (Node); a message to oneself in a browser, where timers are delayed.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve)
      return
    }
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
}
