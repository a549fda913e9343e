import type { Place, Versions } from './source.ts'

/**
 * Whether both sides put or took away links of one chain, such as `a.b.c` or `a && b && c`. Its levels lie within one another, so that a link of one side stands at the level of another one of
 * the other side: which is which is not told by the level.
 */
export function areChainsApart({ base, left, right }: Versions): boolean {
  const [first] = base.source.children(base.node)
  if (first === undefined || base.source.kind(first) !== base.source.kind(base.node)) return false
  const links = linksOf(base)
  return linksOf(left) !== links && linksOf(right) !== links
}

function linksOf({ source, node }: Place): number {
  let links = 0
  for (let at: number | undefined = node; at !== undefined && !source.isAtomic(at); at = source.children(at)[0]) links++
  return links
}
