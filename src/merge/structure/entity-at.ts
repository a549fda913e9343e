import { nameOf } from './name-of.ts'
import type { Source } from './source.ts'

/** Kinds of nodes that declare something with a body, in the words of most grammars. */
const declarations =
  /^(?:class|module|method|singleton_method)$|(?:function|method|class|interface|struct|enum|impl|trait|object|namespace|module|constructor).*_(?:declaration|definition|item|specifier|spec)$/

/**
 * The declarations in which a part of a text lies, from the outermost: `Shape.area`. Outside of functions and types the declaration at the top of
 * the file; undefined where none holds all of it. White space at the ends of the part does not count.
 */
export function entityAt(source: Source, from: number, end: number): string | undefined {
  const part = source.text.slice(from, end)
  const start = from + part.length - part.trimStart().length
  const stop = end - (part.length - part.trimEnd().length)
  if (start >= stop) return undefined
  const names: string[] = []
  let node: number | undefined = 0
  for (let isTop = true; node !== undefined; isTop = node === 0) {
    const children: readonly number[] = source.children(node)
    const inner: number | undefined = children.find(
      (child) => source.tree.start[child]! <= start && stop <= source.tree.end[child]!,
    )
    if (inner === undefined) break
    const isDeclared = isTop || declarations.test(source.kind(inner))
    const name = isDeclared && !source.isError(inner) ? nameOf(source, inner) : undefined
    if (name !== undefined && !name.startsWith('=') && names.at(-1) !== name) names.push(name)
    node = inner
  }
  return names.length > 0 ? names.join('.') : undefined
}
