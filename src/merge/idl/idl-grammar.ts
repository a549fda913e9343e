/**
 * How texts of an interface language are cut and read. What a text holds besides `comment`, white space and these tokens is single
 * signs. Each pattern is sticky, and has a group that takes part where the end is missing: what is open is one sign, so that it is not tried again from every
 * place in it.
 */
export interface IdlGrammar {
  readonly name: string
  readonly comment: RegExp
  readonly tokens: { readonly string: RegExp; readonly number: RegExp; readonly word: RegExp }
  /**
   * Rules, one a line, the first being the whole text, in the notation of parsing expression grammars (Ford 2004): `'x'` a token as written, a name a
   * rule or a class of tokens, `a b` one after the other, `a | b` the first that fits, `?` and `*` after what may be missing or come again, `!` before what must not follow, `field:` before
   * what is that field of its parent. `other`: any token but brackets. A rule whose name begins with `_` makes no node.
   */
  readonly rules: string
}
