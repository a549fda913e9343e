import { errorKind, Grammar } from '../syntax/grammar.ts'
import { type ParseOutcome, type TextParser, type VersionParser, versionsOneByOne } from '../syntax/text-parser.ts'
import { type ParsedNode, writeTree } from '../syntax/write-tree.ts'
import { cutTokens, type Token } from './cut-tokens.ts'
import type { IdlGrammar } from './idl-grammar.ts'
import { type Expression, readRules } from './read-rules.ts'

/** Longer texts are not parsed. */
const maxIdlUnits = 1_000_000
/** Steps that a parse may take for each token: real texts take about 40. */
const maxStepsPerToken = 1000
/** Rules within each other; a level of nested messages takes three. */
const maxIdlDepth = 300

const tokenClasses = ['string', 'number', 'word', 'other', 'comment'] as const
const brackets = new Set(['{', '}', '[', ']', '(', ')'])

class GaveUp {
  readonly reason: 'weight' | 'depth'

  constructor(reason: 'weight' | 'depth') {
    this.reason = reason
  }
}

/** Parses an interface language by its rules. A statement that no rule fits is an error, and what is behind it is read. */
export class IdlParser implements TextParser {
  readonly grammar: Grammar
  readonly #language: IdlGrammar
  readonly #rules: ReadonlyMap<string, Expression>

  constructor(language: IdlGrammar) {
    this.#language = language
    this.#rules = readRules(language.rules)
    this.grammar = grammarOf(language.name, this.#rules)
  }

  parse(text: string): ParseOutcome {
    if (text.length > maxIdlUnits) return { status: 'gave-up', reason: 'length' }
    const { tokens, comments } = cutTokens(text, this.#language)
    const reading = new Reading(tokens, this.#rules, this.grammar)
    const outcome = reading.run()
    if (outcome instanceof GaveUp) return { status: 'gave-up', reason: outcome.reason }
    const kind = this.grammar.kind('comment')!
    const extras = comments.map(({ start, end }) => ({ kind, field: 0, start, end, children: [] }))
    return { status: 'parsed', tree: writeTree(this.grammar, text, outcome, extras), weight: reading.steps }
  }

  versions(): VersionParser {
    return versionsOneByOne(this)
  }
}

/** One parse: tries rules from the left to the right and takes the first that fits. */
class Reading {
  steps = 0
  readonly #tokens: readonly Token[]
  readonly #rules: ReadonlyMap<string, Expression>
  readonly #grammar: Grammar
  #at = 0
  #depth = 0
  /** The field that the next node is. */
  #field = 0

  constructor(tokens: readonly Token[], rules: ReadonlyMap<string, Expression>, grammar: Grammar) {
    this.#tokens = tokens
    this.#rules = rules
    this.#grammar = grammar
  }

  run(): ParsedNode | GaveUp {
    const [[name, root]] = this.#rules as unknown as [[string, Expression]]
    const children: ParsedNode[] = []
    try {
      while (this.#at < this.#tokens.length)
        if (!this.#match((root as Expression & { is: 'any' }).inner, children)) children.push(this.#skipStatement())
    } catch (error) {
      if (error instanceof GaveUp) return error
      throw error
    }
    return { kind: this.#grammar.kind(name)!, field: 0, start: 0, end: 0, children }
  }

  /** Up to a `;`, or the brace that closes what was opened. */
  #skipStatement(): ParsedNode {
    const first = this.#tokens[this.#at]!
    let last = first
    for (let open = 0; this.#at < this.#tokens.length;) {
      last = this.#tokens[this.#at++]!
      if (last.text === '{') open++
      if (last.text === '}') open--
      if (open <= 0 && (last.text === '}' || last.text === ';')) break
    }
    return { kind: errorKind, field: 0, start: first.start, end: last.end, children: [] }
  }

  /** Adds the nodes of what fits and goes behind it, or changes nothing. */
  #match(expression: Expression, out: ParsedNode[]): boolean {
    if (++this.steps > maxStepsPerToken * (this.#tokens.length + 1)) throw new GaveUp('weight')
    switch (expression.is) {
      case 'token':
        return this.#tokens[this.#at]?.text === expression.text && this.#take(expression.text, false, out)
      case 'rule':
        return this.#matchRule(expression.name, out)
      case 'field': {
        this.#field = this.#grammar.field(expression.name)!
        const isMatch = this.#match(expression.inner, out)
        this.#field = 0
        return isMatch
      }
      case 'first':
        return expression.parts.some((part) => this.#match(part, out))
      case 'maybe':
        this.#match(expression.inner, out)
        return true
      case 'any':
        while (this.#match(expression.inner, out));
        return true
      case 'not': {
        const [at, length] = [this.#at, out.length]
        const isMatch = this.#match(expression.inner, out)
        this.#at = at
        out.length = length
        return !isMatch
      }
      case 'all': {
        const [at, length] = [this.#at, out.length]
        if (expression.parts.every((part) => this.#match(part, out))) return true
        this.#at = at
        out.length = length
        return false
      }
    }
  }

  #matchRule(name: string, out: ParsedNode[]): boolean {
    const rule = this.#rules.get(name)
    if (!rule) return this.#matchClass(name, out)
    if (name.startsWith('_')) return this.#match(rule, out)
    const field = this.#field
    this.#field = 0
    if (++this.#depth > maxIdlDepth) throw new GaveUp('depth')
    const children: ParsedNode[] = []
    const isMatch = this.#match(rule, children) && children.length > 0
    this.#depth--
    if (!isMatch) this.#field = field
    else
      out.push({
        kind: this.#grammar.kind(name)!,
        field,
        start: children[0]!.start,
        end: children.at(-1)!.end,
        children,
      })
    return isMatch
  }

  #matchClass(name: string, out: ParsedNode[]): boolean {
    const token = this.#tokens[this.#at]
    if (!token || (name === 'other' ? brackets.has(token.text) : token.is !== name)) return false
    return this.#take(name, true, out)
  }

  #take(kind: string, isNamed: boolean, out: ParsedNode[]): true {
    const { start, end } = this.#tokens[this.#at++]!
    out.push({ kind: this.#grammar.kind(kind, isNamed)!, field: this.#field, start, end, children: [] })
    return true
  }
}

function grammarOf(name: string, rules: ReadonlyMap<string, Expression>): Grammar {
  const words = new Set<string>()
  const fields = new Set<string>()
  for (const rule of rules.values()) collect(rule, words, fields)
  const named = [...tokenClasses, ...[...rules.keys()].filter((rule) => !rule.startsWith('_'))]
  const types = ['end', ...named, ...words]
  return new Grammar(name, {
    types,
    fields: [null, ...fields],
    nodeTypeIsNamed: (kind) => kind > 0 && kind <= named.length,
    idForNodeType: (type, isNamed) => types.indexOf(type, isNamed ? 1 : named.length + 1),
  })
}

function collect(expression: Expression, words: Set<string>, fields: Set<string>): void {
  if (expression.is === 'token') words.add(expression.text)
  if (expression.is === 'field') fields.add(expression.name)
  if ('inner' in expression) collect(expression.inner, words, fields)
  if ('parts' in expression) for (const part of expression.parts) collect(part, words, fields)
}
