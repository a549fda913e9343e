import type { DataNode } from './data-node.ts'
import { matchEnd } from './read-json.ts'

const props = /(?:[&!][^\s,[\]{}]*(?:[ ]+|(?=\n)))+/y

/** Anchors and aliases of a document, in order. */
export class YamlAnchors {
  readonly bound: string[] = []
  readonly unbound: string[] = []

  /** Anchor and tag at a place, with the white space behind them in `end`. */
  propsAt(
    text: string,
    at: number,
  ): { readonly text: string; readonly start: number; readonly end: number } | undefined {
    const end = matchEnd(props, text, at)
    return end < 0 ? undefined : { text: text.slice(at, end).trim().replace(/ +/g, ' '), start: at, end }
  }

  /** Collects the names in a node. */
  take(node: DataNode): void {
    if (node.kind === 'scalar')
      return this.#name(node.text.startsWith('*') ? node.text : (/^[&!][^\n]*/.exec(node.text)?.[0] ?? ''))
    this.#name(node.props)
    for (const { value } of node.items) this.take(value)
  }

  #name(text: string): void {
    for (const word of text.split(' ')) {
      const name = word.slice(1)
      if (word.startsWith('&')) this.bound.push(name)
      else if (word.startsWith('*') && !this.bound.includes(name)) this.unbound.push(name)
      else if (!word.startsWith('!')) return
    }
  }
}
