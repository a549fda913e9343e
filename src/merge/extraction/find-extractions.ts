import type { Routine, RoutineText, Run, Token } from './routine.ts'

/** Statements of one text that are the body of a function in another text, which is called where they stood. */
export interface Extraction {
  /** The function. */
  readonly name: string
  readonly whole: Run
  /** The function that the statements stand in. */
  readonly caller: Routine
  /** Beside `whole`, statement for statement. */
  readonly part: Run
  readonly routine: Routine
  /** Of the last statements only these expressions are beside each other: the result of the function, and where it is called. */
  readonly result?: { readonly whole: number; readonly part: number }
  readonly parameters: readonly Parameter[]
}

/** What a parameter is called with, as it is written. */
export interface Parameter {
  readonly name: string
  readonly given: readonly string[]
}

/** The texts that show one: where the statements stand, where the function is called instead, and where it is declared. */
export interface ExtractionTexts {
  readonly whole: RoutineText
  readonly caller: RoutineText
  readonly home: RoutineText
}

/** The statements beside those of a function, if it was called where they stood. */
interface Form {
  /** By statement. */
  readonly words: readonly string[]
  /** How many statements of the function they are. */
  readonly count: number
  /** What stands before and behind the result, in the last statement. */
  readonly around?: { readonly before: number; readonly behind: number; readonly result: number }
}

/** The functions of one text that another one has no name for. */
export function newRoutines(text: RoutineText, old: RoutineText): readonly Routine[] {
  if (!text.source.rules.extraction) return []
  const isNew = ({ path, name }: Routine): boolean => !old.routines.has(path) && !old.mentions(name)
  return [...text.routines.values()].flatMap((each) => (each && isNew(each) ? [each] : []))
}

/** The only place where the statements of a function are certain to have stood: all of them, where its only call is, with the arguments for the parameters. */
export function findExtraction(texts: ExtractionTexts, routine: Routine): Extraction | undefined {
  const { whole, caller, home } = texts
  const call = callOf(caller, home, routine)
  const around = call && caller.statementAround(call.node)
  const outer = call && caller.routineAround(call.node)
  const old = outer && whole.routines.get(outer.path)
  if (!around || !old || outer.name === routine.name) return undefined
  const parameters = parametersOf(texts, routine, call)
  const forms = parameters && formsOf({ caller, home, routine, call, item: around.item, parameters })
  if (!forms) return undefined
  const items = caller.items(around.list)
  const at = items.indexOf(around.item)
  const beside = [at - 1, at + 1].map((each) => (items[each] === undefined ? undefined : wordsOf(caller, items[each])))
  const found = forms.flatMap((form) =>
    runsOf(whole, old, caller.kindsTo(around.list, outer.node), form, beside).map((run) => ({ form, run })),
  )
  const [only, ...others] = found
  if (!only || others.length > 0) return undefined
  const result = resultIn(whole, only.run, only.form)
  if (only.form.around && result === undefined) return undefined
  const list = home.statementsOf(routine.body)
  return {
    name: routine.name,
    whole: only.run,
    caller: old,
    part: { text: home, list: list ?? routine.body, from: 0, end: only.form.count },
    routine,
    ...(result !== undefined && { result: { whole: result, part: only.form.around!.result } }),
    parameters,
  }
}

interface Call {
  readonly node: number
  readonly list: number
  /** What stands before the name: `this.`. */
  readonly receiver: readonly string[]
}

/** The only place where a function is named, if it is called there. */
function callOf(caller: RoutineText, home: RoutineText, { name }: Routine): Call | undefined {
  const { source } = caller
  const calls = source.rules.signatures?.calls ?? []
  const named: number[] = []
  for (let node = 0; node < source.tree.size; node++)
    if (source.tree.isLeaf(node) && source.textOf(node) === name && !isImported(caller, node)) named.push(node)
  const places = named.filter((node) => source.fieldOf(node) !== 'name' || !declares(caller, node))
  const [place, ...others] = places
  if (place === undefined || others.length > 0 || named.length - places.length !== (caller === home ? 1 : 0))
    return undefined
  let node = place
  while (node > 0 && !calls.includes(source.kind(node))) node = source.tree.parent[node]!
  const list = source.children(node).find((child) => source.rules.arguments.includes(source.kind(child)))
  if (node === 0 || list === undefined) return undefined
  const words = caller.tokens(node).filter((token) => token.node < list)
  return words.at(-1)?.node === place ? { node, list, receiver: words.slice(0, -1).map(({ text }) => text) } : undefined
}

function isImported({ source }: RoutineText, node: number): boolean {
  for (let at = node; at > 0; at = source.tree.parent[at]!) if (/import|^use_/.test(source.kind(at))) return true
  return false
}

function declares({ source }: RoutineText, node: number): boolean {
  const parent = source.tree.parent[node]!
  return ['body', 'value'].some((field) => source.tree.child(parent, field) !== undefined)
}

/** Undefined where a parameter may be left out, or holds several arguments. */
function parametersOf(
  { caller, home }: Pick<ExtractionTexts, 'caller' | 'home'>,
  { node }: Routine,
  call: Call,
): readonly Parameter[] | undefined {
  const { source } = home
  const { pointers } = source.rules.extraction!
  const list = source.tree.child(node, 'parameters')!
  const isOpen = home.words(list).some((word) => /^(?:[=?/]|\.\.\.)$/.test(word) || (word.startsWith('*') && !pointers))
  if (isOpen) return undefined
  const own = source.tree.child(node, 'receiver')
  const places = [...(own === undefined ? [] : home.declaredIn(own)), ...home.declaredIn(list)]
  const names = places.map((place) => source.textOf(place))
  const receiver = call.receiver.slice(0, -1)
  const isGiven = own !== undefined || (receiver.length > 0 && source.rules.receivers.includes(names[0] ?? ''))
  const given = [...(isGiven ? [receiver] : []), ...argumentsOf(caller, call)]
  return given.length === names.length && new Set(names).size === names.length
    ? names.map((name, at) => ({ name, given: given[at]! }))
    : undefined
}

function argumentsOf(caller: RoutineText, { list }: Call): readonly (readonly string[])[] {
  const { pointers } = caller.source.rules.extraction!
  return caller.items(list).map((argument) => {
    const words = caller.words(argument)
    return words[0] === '&' && pointers ? words.slice(words[1] === 'mut' ? 2 : 1) : words
  })
}

/** A statement as one text, with arguments instead of parameters where they are given. */
export function wordsOf(text: RoutineText, node: number, parameters: readonly Parameter[] = []): string {
  return text
    .tokens(node)
    .flatMap((token) => asGiven(text, token, parameters))
    .join('\0')
}

function asGiven(text: RoutineText, token: Token, parameters: readonly Parameter[]): readonly string[] {
  const given = parameters.find(({ name }) => name === token.text)?.given
  if (!given || (given.length === 1 && given[0] === token.text) || !text.isName(token.node)) return [token.text]
  // The name says something besides.
  return text.source.kind(token.node).includes('shorthand') ? ['\u0003'] : given
}

interface FormInput {
  readonly caller: RoutineText
  readonly home: RoutineText
  readonly routine: Routine
  readonly call: Call
  /** The statement that the call is in. */
  readonly item: number
  readonly parameters: readonly Parameter[]
}

/** How the statements may have been written before they were a function. */
function formsOf({ caller, home, routine, call, item, parameters }: FormInput): readonly Form[] {
  const list = home.statementsOf(routine.body)
  const items = list === undefined ? [] : home.items(list)
  const words = items.map((each) => wordsOf(home, each, parameters))
  const awaited = awaitedCall(caller, call.node)
  const tokens = caller.tokens(item)
  const first = tokens.findIndex(({ node }) => caller.isIn(node, awaited))
  const last = tokens.findLastIndex(({ node }) => caller.isIn(node, awaited))
  const [before, behind] = [tokens.slice(0, first), tokens.slice(last + 1)]
  const isAlone = behind.every(({ text }) => text === ';')
  const { returns } = home.source.rules.extraction!
  const result = list === undefined ? routine.body : resultOf(home, items.at(-1))
  const isReturned = isAlone && (isOneReturn(caller, item, before) || (before.length === 0 && isTail(caller, item)))
  if (isReturned && list !== undefined) return [{ words, count: items.length }]
  const inner = result === undefined ? items : items.slice(0, -1)
  if (inner.some((each) => leaves(home, each, returns))) return []
  if (result === undefined)
    return isAlone && before.length === 0 && items.length > 0 ? [{ words, count: items.length }] : []
  const given = wordsOf(home, result, parameters)
  const rest = words.slice(0, inner.length)
  const isAssigned = isAlone && /^:?=$/.test(before.at(-1)?.text ?? '')
  const assigned = before.map(({ text }) => text).join('\0')
  const forms: Form[] = []
  if (isAssigned && inner.length > 0 && `\0${assigned}\0`.includes(`\0${given}\0`))
    forms.push({ words: rest, count: inner.length })
  const line = [...before.map(({ text }) => text), given, ...behind.map(({ text }) => text)].join('\0')
  const around = { before: before.length, behind: behind.length, result }
  return [...forms, { words: [...rest, line], count: inner.length + 1, around }]
}

/** With the word that waits for what it gives. */
function awaitedCall({ source }: RoutineText, call: number): number {
  const above = source.tree.parent[call]!
  return /await/.test(source.kind(above)) ? above : call
}

/** The expression that a statement gives as the result of a function. */
function resultOf(text: RoutineText, item: number | undefined): number | undefined {
  const { source } = text
  const { returns, hasTail } = source.rules.extraction!
  if (item === undefined) return undefined
  const statement = [item, item + 1].find((each) => text.isIn(each, item) && returns.includes(source.kind(each)))
  if (statement !== undefined) return source.children(statement).find((child) => source.isNamed(child))
  return hasTail && isTail(text, item) ? item : undefined
}

/** Is a statement the last of a body whose value is that of the body? */
function isTail(text: RoutineText, item: number): boolean {
  const { source } = text
  if (!source.rules.extraction!.hasTail || /_(?:statement|declaration|item)$|comment/.test(source.kind(item)))
    return false
  return source.children(source.tree.parent[item]!).findLast((child) => source.isNamed(child)) === item
}

function isOneReturn({ source }: RoutineText, item: number, before: readonly Token[]): boolean {
  const { returns } = source.rules.extraction!
  return before.length === 1 && [item, item + 1].some((each) => returns.includes(source.kind(each)))
}

/** Does a statement leave the function that it is in? */
function leaves(text: RoutineText, item: number, returns: readonly string[]): boolean {
  const { tree } = text.source
  for (let node = item; node < tree.next[item]!; node++) {
    if (!returns.includes(text.source.kind(node))) continue
    let at = node
    while (at > item && tree.child(at, 'parameters') === undefined) at = tree.parent[at]!
    if (tree.child(at, 'parameters') === undefined) return true
  }
  return false
}

/** Where a function has the statements, between others that are still beside the call. */
function runsOf(
  whole: RoutineText,
  routine: Routine,
  kinds: string,
  form: Form,
  [above, below]: readonly (string | undefined)[],
): readonly Run[] {
  const count = form.words.length
  return whole.listsLike(routine.node, kinds).flatMap((list) => {
    const words = whole.items(list).map((item) => wordsOf(whole, item))
    return words.flatMap((_, from) => {
      const isSame =
        form.words.every((each, at) => words[from + at] === each) &&
        words[from - 1] === above &&
        words[from + count] === below
      return isSame ? [{ text: whole, list, from, end: from + count }] : []
    })
  })
}

/** The expression of the last statement that is the result of the function. */
function resultIn(whole: RoutineText, run: Run, { around }: Form): number | undefined {
  const item = around && whole.runItems(run).at(-1)
  return item === undefined ? undefined : between(whole, item, around!.before, around!.behind)
}

/** The node of all tokens of another one but for some at its start and its end. */
export function between(text: RoutineText, item: number, before: number, behind: number): number | undefined {
  const { tree } = text.source
  const tokens = text.tokens(item)
  const inner = tokens.slice(before, tokens.length - behind)
  const [first, last] = [inner[0]?.node, inner.at(-1)?.node]
  if (first === undefined || last === undefined) return undefined
  for (let node = item; node <= first; node++)
    if (tree.start[node] === tree.start[first] && tree.end[node] === tree.end[last]) return node
  return undefined
}
