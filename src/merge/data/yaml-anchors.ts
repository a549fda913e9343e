import type { DataNode } from './data-node.ts'
import { matchEnd } from './read-json.ts'

const props = /(?:[&!][^\s,[\]{}]*(?:[ ]+|(?=\n)))+/y

/** Anchors and aliases of a document, in order. */
export class YamlAnchors {
  readonly bound: string[] = []
  readonly unbound: string[] = []
  readonly #known = new Set<string>()

  /** Anchor and tag at a place, with the white space behind them in `end`. */
  propsAt(
    text: string,
    at: number,
  ): { readonly text: string; readonly start: number; readonly end: number } | undefined {
    if (text[at] !== '&' && text[at] !== '!') return undefined
    const end = matchEnd(props, text, at)
    return end < 0 ? undefined : { text: text.slice(at, end).trim().replace(/ +/g, ' '), start: at, end }
  }

  /** Collects the names in a node. */
  take(node: DataNode): void {
    if (node.kind === 'scalar') {
      if (/^[*&!]/.test(node.text)) this.#names(node.text.split('\n', 1)[0]!)
      return
    }
    if (node.props !== '') this.#names(node.props)
    for (const { value } of node.items) this.take(value)
  }

  #names(text: string): void {
    for (const word of text.split(' ')) {
      const name = word.slice(1)
      if (word.startsWith('&')) {
        this.bound.push(name)
        this.#known.add(name)
      } else if (word.startsWith('*') && !this.#known.has(name)) this.unbound.push(name)
      else if (!word.startsWith('!')) return
    }
  }
}
