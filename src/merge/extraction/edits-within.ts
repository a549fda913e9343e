import { editedText, type TextEdit } from '../edited-text.ts'
import { between, wordsOf, type Extraction, type Parameter } from './find-extractions.ts'
import type { Routine, RoutineText, Run } from './routine.ts'

/** Changes of statements that were made a function, or of such a function: `whole` where they stand in another one, `part` in their own. */
export type Place = 'whole' | 'part'

/**
 * `none`: the text has the statements as they were. `certain`: what undoes the changes, and what makes them in the other place. `stray`: something that they
 * name or do would mean something else there. `unclear`: it cannot be told where they belong.
 */
export type EditsWithin =
  | { readonly status: 'none' | 'stray' | 'unclear' }
  | { readonly status: 'certain'; readonly undone: readonly TextEdit[]; readonly made: readonly TextEdit[] }

/** A changed part of the statements, in the three texts. */
interface Change {
  readonly old: Span
  readonly now: Span
  readonly target: Span
  /** The statements, or the expression, before and after. */
  readonly oldNodes: readonly number[]
  readonly nowNodes: readonly number[]
  readonly targetNodes: readonly number[]
}

interface Span {
  readonly text: RoutineText
  readonly from: number
  readonly end: number
  /** White space in front of its lines. */
  readonly indentation: string
}

/** What a text, which has the statements in the one place, has changed of them, to be made in the other place. */
export function editsWithin(extraction: Extraction, place: Place, edited: RoutineText): EditsWithin {
  const [old, target] = place === 'whole' ? [extraction.whole, extraction.part] : [extraction.part, extraction.whole]
  const routine = place === 'whole' ? extraction.caller : extraction.routine
  const here = edited.routines.get(routine.path)
  const now = here && runIn(old, routine, edited, here)
  if (!now || !isOfOneOwner(extraction)) return { status: 'unclear' }
  if (place === 'part' && headOf(old.text, routine).join('\0') !== headOf(edited, here).join('\0'))
    return { status: 'unclear' }
  const changes = changesOf(extraction, place, { old, now, target })
  if (!changes) return { status: 'unclear' }
  if (changes.length === 0) return { status: 'none' }
  const look = new Look(extraction, place, now, here)
  if (!changes.every((change) => look.isAtHome(change))) return { status: 'stray' }
  const undone = changes.map(({ old: from, now: to }) =>
    replaced(to, from, from.text.source.text.slice(from.from, from.end)),
  )
  const made = changes.map(({ now: from, target: to, nowNodes }) => replaced(to, from, look.translated(from, nowNodes)))
  return [...undone, ...made].includes(undefined)
    ? { status: 'unclear' }
    : { status: 'certain', undone: undone as TextEdit[], made: made as TextEdit[] }
}

/** May both functions use the same members by their bare names, and what is around them? */
function isOfOneOwner({ caller, whole, routine, part }: Extraction): boolean {
  const owner = ({ path }: Routine) => path.slice(0, path.lastIndexOf('\n') + 1)
  const isOfType = (text: RoutineText, each: Routine) => headOf(text, each).includes('static')
  const isNested = [whole.text.isNested(caller.node), part.text.isNested(routine.node)].includes(true)
  if (isNested) return owner(routine) !== '' && owner(routine) === owner(caller)
  if (owner(routine) === '') return true
  return owner(routine) === owner(caller) && isOfType(part.text, routine) === isOfType(whole.text, caller)
}

/** The statements between those that stand before and behind them, in another text. */
function runIn(old: Run, routine: Routine, edited: RoutineText, here: Routine): Run | undefined {
  const items = old.text.items(old.list)
  const word = (at: number) => (items[at] === undefined ? undefined : wordsOf(old.text, items[at]))
  const [above, below] = [word(old.from - 1), word(old.end)]
  const isBody = old.list === routine.body
  const lists = isBody ? [here.body] : edited.listsLike(here.node, old.text.kindsTo(old.list, routine.node))
  const found = lists.flatMap((list) => {
    if (edited.isStatementList(list) !== old.text.isStatementList(old.list)) return []
    if (!edited.isStatementList(list)) return [{ text: edited, list, from: 0, end: 1 }]
    const words = edited.items(list).map((item) => wordsOf(edited, item))
    const [from, end] = [
      above === undefined ? 0 : words.indexOf(above) + 1,
      below === undefined ? words.length : words.lastIndexOf(below),
    ]
    const isTwice = [above, below].some((each) => each !== undefined && words.indexOf(each) !== words.lastIndexOf(each))
    const isThere = (above === undefined || from > 0) && end >= from && !isTwice
    return isThere ? [{ text: edited, list, from, end }] : []
  })
  return found.length === 1 ? found[0] : undefined
}

function headOf(text: RoutineText, { node, body }: Routine): readonly string[] {
  return text.tokens(node).flatMap((token) => (text.isIn(token.node, body) ? [] : [token.text]))
}

/** Undefined where it cannot be told what stands beside what. */
function changesOf(
  { result }: Extraction,
  place: Place,
  runs: { readonly old: Run; readonly now: Run; readonly target: Run },
): readonly Change[] | undefined {
  const [old, now, target] = [runs.old, runs.now, runs.target].map((run) => statementsOf(run)) as [
    Statements,
    Statements,
    Statements,
  ]
  const [count, most] = [old.words.length, Math.min(old.words.length, now.words.length)]
  let head = 0
  while (head < most && old.words[head] === now.words[head]) head++
  let tail = 0
  while (tail < most - head && old.words[count - 1 - tail] === now.words[now.words.length - 1 - tail]) tail++
  if (head === count && now.words.length === count) return []
  if (count !== now.words.length) {
    // At an edge they may as well belong to what is around.
    if (head === 0 || tail === 0) return undefined
    const [end, endNow] = [count - tail, now.words.length - tail]
    return [
      {
        old: spanOf(old, head - 1, end - 1),
        now: spanOf(now, head - 1, endNow - 1),
        target: spanOf(target, head - 1, end - 1),
        oldNodes: old.items.slice(head, end),
        nowNodes: now.items.slice(head, endNow),
        targetNodes: target.items.slice(head, end),
      },
    ]
  }
  const changes: (Change | undefined)[] = []
  for (let at = head; at < count - tail; at++) {
    if (old.words[at] === now.words[at]) continue
    const nodes = [old.items[at]!, now.items[at]!, target.items[at] ?? 0] as const
    const isOfResult = result !== undefined && at === count - 1
    const inner = isOfResult ? resultsIn(result, place, [old.text, now.text, target.text], nodes) : nodes
    changes.push(inner && changeOf([old.text, now.text, target.text], inner))
  }
  return changes.includes(undefined) ? undefined : (changes as Change[])
}

interface Statements {
  readonly text: RoutineText
  readonly items: readonly number[]
  readonly words: readonly string[]
}

function statementsOf(run: Run): Statements {
  const { text, list } = run
  // A body may be an expression.
  const items = text.isStatementList(list) ? text.runItems(run) : [list]
  return { text, items, words: items.map((item) => wordsOf(text, item)) }
}

/** From behind one statement to the end of another one. */
function spanOf({ text, items }: Statements, after: number, last: number): Span {
  const { end } = text.source.tree
  return { text, from: end[items[after]!]!, end: end[items[last]!]!, indentation: text.indentation(items[after]!) }
}

function changeOf(
  texts: readonly [RoutineText, RoutineText, RoutineText],
  nodes: readonly [number, number, number],
): Change {
  const [old, now, target] = nodes.map((node, at) => {
    const text = texts[at]!
    const { start, end } = text.source.tree
    return { text, from: start[node]!, end: end[node]!, indentation: text.indentation(node) }
  }) as [Span, Span, Span]
  return { old, now, target, oldNodes: [nodes[0]], nowNodes: [nodes[1]], targetNodes: [nodes[2]] }
}

/** The results in the last statements, if nothing else of these was changed, and no sign of what is around the place can take a part of the new one. */
function resultsIn(
  result: NonNullable<Extraction['result']>,
  place: Place,
  [old, now, target]: readonly [RoutineText, RoutineText, RoutineText],
  [before, after, there]: readonly [number, number, number],
): readonly [number, number, number] | undefined {
  const [from, to] = place === 'whole' ? [result.whole, result.part] : [result.part, result.whole]
  // Of a result that is told a type may be declared.
  if (target.source.rules.extraction!.pointers) return undefined
  const tokens = old.tokens(before)
  const first = tokens.findIndex(({ node }) => old.isIn(node, from))
  const behind = tokens.length - 1 - tokens.findLastIndex(({ node }) => old.isIn(node, from))
  const [words, nowWords] = [old.words(before), now.words(after)]
  const isAround =
    nowWords.length > first + behind &&
    words.slice(0, first).every((word, at) => nowWords[at] === word) &&
    words.slice(words.length - behind).every((word, at) => nowWords[nowWords.length - behind + at] === word)
  const inner = isAround ? between(now, after, first, behind) : undefined
  if (inner === undefined || isList(now, inner) !== isList(old, from)) return undefined
  const around = target.tokens(there)
  const at = around.findIndex(({ node }) => target.isIn(node, to))
  const end = around.findLastIndex(({ node }) => target.isIn(node, to))
  const isFree =
    /^(?:return|=>|:?=|[(,[])?$/.test(around[at - 1]?.text ?? '') && /^[;),\]]?$/.test(around[end + 1]?.text ?? '')
  return isFree ? [from, inner, to] : undefined
}

function isList({ source }: RoutineText, node: number): boolean {
  return /list|tuple|sequence/.test(source.kind(node))
}

/** A text with the indentation of the place that it is put in; undefined where its lines have another one than it has. */
function replaced(to: Span, from: Span, text: string | undefined): TextEdit | undefined {
  const lines = text?.split('\n').map((line, at) => {
    if (at === 0 || line.trim() === '') return line
    return line.startsWith(from.indentation) ? to.indentation + line.slice(from.indentation.length) : undefined
  })
  return !lines || lines.includes(undefined) ? undefined : { from: to.from, end: to.end, text: lines.join('\n') }
}

const assignment = /^(?:[-+*/%&|^]|<<|>>>?|\*\*|\/\/|&&|\|\||\?\?)?=$|^:=$|^\+\+$|^--$/

/** A text with expressions in it, whose names are no tokens of their own: `${name}`, `{name}`. */
const holdsNames = /^[^{]+\{|\$/

function wordsIn(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}_$]+/gu) ?? []
}

/** Looks whether changed statements mean the same in the other place. */
class Look {
  readonly #extraction: Extraction
  readonly #place: Place
  /** Names that the function around the statements binds outside of them, and parameters: in the two places they are not the same. */
  readonly #local: ReadonlySet<string>
  readonly #boundBefore: ReadonlySet<string>
  readonly #boundNow: ReadonlySet<string>
  /** What the function around the statements says outside of them. */
  readonly #outside: ReadonlySet<string>

  constructor(extraction: Extraction, place: Place, now: Run, here: Routine) {
    this.#extraction = extraction
    this.#place = place
    const old = place === 'whole' ? extraction.whole : extraction.part
    const [around, run] = place === 'whole' ? [here, now] : [extraction.caller, extraction.whole]
    const { text } = run
    const items = text.runItems(run)
    const isInside = (node: number) => items.some((item) => text.isIn(node, item))
    // What the head of a type declares is known in the functions of the type alone.
    const holder = extraction.routine.path.includes('\n') ? around.node : text.outermost(around.node)
    const outside = text.declaredIn(holder).filter((node) => !isInside(node))
    this.#local = new Set([
      ...outside.map((node) => text.source.textOf(node)).filter((name) => name !== around.name),
      ...extraction.parameters.map(({ name }) => name),
    ])
    this.#outside = new Set(text.tokens(around.node).flatMap((token) => (isInside(token.node) ? [] : [token.text])))
    this.#boundBefore = boundIn(old)
    this.#boundNow = boundIn(now)
  }

  isAtHome({ oldNodes, nowNodes, targetNodes, old: { text: old }, now: { text: now }, target }: Change): boolean {
    // An argument that is no name is not known again in what was changed.
    const others = this.#extraction.parameters.flatMap((each) => (isChain(each) ? [] : [each.name]))
    const inTarget = targetNodes.flatMap((node) => target.text.words(node))
    if (this.#place === 'whole' && others.some((name) => inTarget.includes(name))) return false
    const bindings = [...this.#boundNow].filter((name) => !this.#boundBefore.has(name))
    if ([...this.#boundBefore].some((name) => !this.#boundNow.has(name))) return false
    if (bindings.some((name) => this.#outside.has(name) || this.#local.has(name))) return false
    const { bound, pointers } = now.source.rules.extraction!
    const known = new Set(oldNodes.flatMap((node) => old.words(node)))
    const held = nowNodes.flatMap((node) => now.words(node)).filter((word) => holdsNames.test(word) && !known.has(word))
    if (held.some((text) => wordsIn(text).some((word) => this.#local.has(word) || bound.includes(word)))) return false
    const [before, after] = [this.#translatedWords(old, oldNodes), this.#translatedWords(now, nowNodes)]
    const count = (words: readonly Translated[], word: string) => words.filter(({ text }) => text === word).length
    if (bound.some((word) => count(before, word) !== count(after, word))) return false
    if (after.some(({ isGiven, isName, text }) => isName && !isGiven && this.#local.has(text))) return false
    const given = (words: readonly Translated[]) => words.filter(({ isGiven }) => isGiven).length
    if (pointers && given(after) > given(before)) return false
    const written = writtenIn(old, oldNodes)
    return [...writtenIn(now, nowNodes)].every((name) => written.has(name) || !this.#local.has(name))
  }

  /** The text of a span with the names that it has in the other place; undefined where lines of a text in it would be moved. */
  translated(span: Span, nodes: readonly number[]): string | undefined {
    const { source } = span.text
    const edits: TextEdit[] = []
    for (const node of nodes)
      for (const { from, to, text } of this.#uses(span.text, node)) {
        if (source.kind(from).includes('shorthand')) return undefined
        edits.push({ from: source.tree.start[from]! - span.from, end: source.tree.end[to]! - span.from, text })
      }
    const isLong = nodes.some((node) =>
      span.text
        .tokens(node)
        .some((each) => source.textOf(each.node).includes('\n') && !span.text.isStatementList(each.node)),
    )
    return isLong ? undefined : editedText(source.text.slice(span.from, span.end), edits)
  }

  /** Where arguments stand that are to be parameters, or parameters that are to be arguments. */
  #uses(
    text: RoutineText,
    node: number,
  ): readonly { readonly from: number; readonly to: number; readonly text: string }[] {
    const tokens = text.tokens(node)
    const uses: { from: number; to: number; text: string }[] = []
    for (let at = 0; at < tokens.length; at++) {
      if (!text.isName(tokens[at]!.node) && !isOwn(tokens[at]!.text)) continue
      const found = this.#extraction.parameters.find((parameter) => {
        const [from] = this.#sides(parameter)
        return isChain(parameter) && from.every((word, i) => tokens[at + i]?.text === word)
      })
      if (!found) continue
      const [from, to] = this.#sides(found)
      uses.push({ from: tokens[at]!.node, to: tokens[at + from.length - 1]!.node, text: to.join('') })
      at += from.length - 1
    }
    return uses
  }

  #sides({ name, given }: Parameter): readonly [readonly string[], readonly string[]] {
    return this.#place === 'whole' ? [given, [name]] : [[name], given]
  }

  #translatedWords(text: RoutineText, nodes: readonly number[]): readonly Translated[] {
    return nodes.flatMap((node) => {
      const uses = this.#uses(text, node)
      return text.tokens(node).flatMap((token): readonly Translated[] => {
        const use = uses.find(({ from, to }) => token.node >= from && token.node <= to)
        if (use) return use.from === token.node ? [{ text: use.text, isGiven: true, isName: true }] : []
        return [{ text: token.text, isGiven: false, isName: text.isName(token.node) }]
      })
    })
  }
}

interface Translated {
  readonly text: string
  readonly isGiven: boolean
  readonly isName: boolean
}

function isOwn(word: string): boolean {
  return word === 'this' || word === 'self'
}

/** Names with dots between them: they may stand anywhere. */
function isChain({ given }: Parameter): boolean {
  return given.length > 0 && /^(?:[\p{L}_$][\p{L}\p{N}_$]*)(?:\.[\p{L}_$][\p{L}\p{N}_$]*)*$/u.test(given.join(''))
}

function boundIn(run: Run): ReadonlySet<string> {
  const { text } = run
  const items = text.isStatementList(run.list) ? text.runItems(run) : [run.list]
  return new Set(items.flatMap((item) => text.declaredIn(item)).map((node) => text.source.textOf(node)))
}

/** Names of what is given another value, or a part of it. */
function writtenIn(text: RoutineText, nodes: readonly number[]): ReadonlySet<string> {
  const { source } = text
  const written = new Set<string>()
  for (const { node, text: word } of nodes.flatMap((each) => text.tokens(each))) {
    if (!assignment.test(word)) continue
    const parent = source.tree.parent[node]!
    const isBefore = word === '++' || word === '--'
    for (const each of text.tokens(parent))
      if (text.isName(each.node) && (isBefore || each.node < node)) written.add(each.text)
  }
  return written
}
