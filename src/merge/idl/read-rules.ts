/** What a rule of an `IdlGrammar` says. */
export type Expression =
  | { readonly is: 'token'; readonly text: string }
  | { readonly is: 'rule'; readonly name: string }
  | { readonly is: 'field'; readonly name: string; readonly inner: Expression }
  | { readonly is: 'all' | 'first'; readonly parts: readonly Expression[] }
  | { readonly is: 'any' | 'maybe' | 'not'; readonly inner: Expression }

/** The rules of a grammar by name, in their order. The notation is our own text, never a peer's. */
export function readRules(text: string): ReadonlyMap<string, Expression> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return new Map(
    lines.map((line) => {
      const [, name, body] = /^(\w+) = (.*)$/.exec(line.trim()) ?? []
      if (name === undefined) throw new TypeError(`no rule: ${line}`)
      return [name, new RuleReader(body!).read()]
    }),
  )
}

class RuleReader {
  readonly #signs: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#signs = text.match(/'[^']+'|\w+:?|[|()?*!]/g) ?? []
  }

  read(): Expression {
    const choices = [this.#sequence()]
    while (this.#signs[this.#at] === '|') {
      this.#at++
      choices.push(this.#sequence())
    }
    return choices.length === 1 ? choices[0]! : { is: 'first', parts: choices }
  }

  #sequence(): Expression {
    const parts: Expression[] = []
    while (this.#at < this.#signs.length && !'|)'.includes(this.#signs[this.#at]!)) parts.push(this.#part())
    return parts.length === 1 ? parts[0]! : { is: 'all', parts }
  }

  #part(): Expression {
    const inner = this.#single()
    const sign = this.#signs[this.#at]
    if (sign !== '?' && sign !== '*') return inner
    this.#at++
    return { is: sign === '?' ? 'maybe' : 'any', inner }
  }

  #single(): Expression {
    const sign = this.#signs[this.#at++]!
    if (sign === '(') {
      const inner = this.read()
      this.#at++
      return inner
    }
    if (sign === '!') return { is: 'not', inner: this.#single() }
    if (sign.endsWith(':')) return { is: 'field', name: sign.slice(0, -1), inner: this.#single() }
    return sign.startsWith("'") ? { is: 'token', text: sign.slice(1, -1) } : { is: 'rule', name: sign }
  }
}
