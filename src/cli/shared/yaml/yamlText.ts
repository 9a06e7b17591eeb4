import { isAlias, isMap, isNode, isScalar, isSeq, Lexer, LineCounter, parseDocument } from 'yaml'
import { grouped } from '../../../base/grouped.ts'

/** Why a text is refused, with line and column. */
export class YamlProblem extends Error {
  override readonly name: string = 'YamlProblem'
}

/** Most tokens in a file: the parser takes about a second for this many. A key with a number counts as six. */
const mostTokens = 100_000
/** Nesting depth of lists and maps. Thousands of levels overflow the parser's stack, or end the process. */
const mostLevels = 64
/** Leading spaces of a line, and so levels of indentation. */
const mostIndent = 512

/**
 * Reads one YAML document (JSON is YAML too) as plain data: only lists, maps, texts, numbers, true, false and null. Aliases
 * and merge keys (`<<`) are followed. Limits on size and depth are checked before the parser works, so that every text is
 * answered in about a second.
 *
 * @throws YamlProblem
 */
export function parseYaml(text: string): unknown {
  checkTokens(text)
  const lines = new LineCounter()
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `at line ${line}, column ${col}`
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    // The parser compares each key with all others, and reads the text again for each error: both are quadratic.
    uniqueKeys: false,
    prettyErrors: false,
    resolveKnownTags: false,
    merge: true,
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem?.code === 'MULTIPLE_DOCS')
    throw new YamlProblem(
      `holds several documents, the second ${place(problem.pos[0])}. Keep one, and no other "---".`,
    )
  if (problem?.code === 'TAG_RESOLVE_FAILED')
    throw new YamlProblem(
      `has a tag ${place(problem.pos[0])} that is not possible here. Write plain values without "!" tags.`,
    )
  if (problem !== undefined) throw invalid(`${problem.message.replace(/[.:]$/, '')} ${place(problem.pos[0])}`)
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    throw new YamlProblem('is empty.')
  checkNode(document.contents, place)
  try {
    return checkSize(document.toJS({ maxAliasCount: 1000 }))
  } catch (cause) {
    if (cause instanceof YamlProblem) throw cause
    // Such as an alias without an anchor, or aliases that would expand without end.
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function invalid(what: string, cause?: unknown): YamlProblem {
  return new YamlProblem(`not valid YAML: ${what}.`, { cause })
}

function tooDeep(): YamlProblem {
  return new YamlProblem(`has more than ${mostLevels} lists and maps in one another.`)
}

/** @throws YamlProblem for a text that would take the parser too long */
function checkTokens(text: string): void {
  if (new RegExp(`^ {${mostIndent + 1}}`, 'm').test(text)) throw tooDeep()
  let [tokens, open, compact] = [0, 0, 0]
  for (const token of new Lexer().lex(text)) {
    if (++tokens > mostTokens)
      throw new YamlProblem(`has more than ${grouped(mostTokens)} words and signs, too many to be read.`)
    if (token === '[' || token === '{') open++
    else if (token === ']' || token === '}') open--
    else if (open === 0) {
      // Outside of brackets, several of these in one line nest as well: "- - - 1".
      if (token === '-' || token === '?' || token === ':') compact++
      else if (token === '\n') compact = 0
    }
    if (open > mostLevels || compact > mostLevels) throw tooDeep()
  }
}

/** @throws YamlProblem for repeated keys and keys that are not text */
function checkNode(node: unknown, place: (offset: number) => string): void {
  if (isSeq(node)) for (const item of node.items) checkNode(item, place)
  if (!isMap(node)) return
  const keys = new Set<string>()
  for (const { key, value } of node.items) {
    const at = isNode(key) ? ` ${place(key.range?.[0] ?? 0)}` : ''
    if (isAlias(key) || !isScalar(key)) throw invalid(`A key must be a text${at}`)
    const name = String(key.value)
    if (keys.has(name)) throw invalid(`Map keys must be unique: "${name}" is there twice${at}`)
    keys.add(name)
    checkNode(value, place)
  }
}

/** The same data, unless aliases make more of it than a file may have. @throws YamlProblem */
function checkSize(data: unknown): unknown {
  let nodes = 0
  const count = (value: unknown, level: number): void => {
    if (level > mostLevels) throw tooDeep()
    if (++nodes > mostTokens)
      throw new YamlProblem(`has more than ${grouped(mostTokens)} values, too many to be read.`)
    if (value !== null && typeof value === 'object')
      for (const item of Object.values(value)) count(item, level + 1)
  }
  count(data, 0)
  return data
}
