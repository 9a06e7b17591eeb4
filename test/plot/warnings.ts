import { compile, type TopLevelSpec } from 'vega-lite'

/** What Vega-Lite complains about when it compiles a specification. */
export function warnings(spec: TopLevelSpec): string[] {
  const found: string[] = []
  const logger = {
    level: () => logger,
    error: (...parts: readonly unknown[]) => note(parts),
    warn: (...parts: readonly unknown[]) => note(parts),
    info: () => logger,
    debug: () => logger,
  }
  const note = (parts: readonly unknown[]) => {
    found.push(parts.map(String).join(' '))
    return logger
  }
  compile(spec, { logger })
  return found
}
