import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'

export interface TestServer {
  readonly address: string
  /** Path and Range header of every request so far. */
  readonly requests: { path: string; range: string | undefined }[]
}

type Answer = (request: IncomingMessage, response: ServerResponse, path: string) => void

/** Starts servers on this machine alone, all stopped after each test. */
export function localServers(): (answer: Answer) => Promise<TestServer> {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()))
  })
  return async (answer) => {
    const requests: TestServer['requests'] = []
    const server = createServer((request, response) => {
      const path = request.url ?? ''
      requests.push({ path, range: request.headers.range })
      answer(request, response, path)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    stops.push(
      () =>
        new Promise((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    )
    return { address: `http://127.0.0.1:${port}`, requests }
  }
}

/** Answers with a file as a real server does, Range requests included; 404 for what is not there. */
export function serve(files: ReadonlyMap<string, Uint8Array>): Answer {
  return (request, response, path) => {
    const bytes = files.get(path)
    if (bytes === undefined) return void response.writeHead(404).end()
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start >= bytes.length)
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    const rest = bytes.subarray(start)
    const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
    response
      .writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length, ...(start > 0 ? range : {}) })
      .end(rest)
  }
}
