import { wrappedIn } from './name-of.ts'
import type { Piece } from './pieces.ts'
import type { Place, Versions } from './source.ts'

/**
 * Merges a declaration that one side put behind `export`, or below a decorator, or took out of there, while the other side changed it. Undefined
 * where that is not what the sides did.
 */
export function mergeWrapped(
  versions: Versions,
  mergeInner: (inner: Versions) => readonly Piece[] | undefined,
): readonly Piece[] | undefined {
  for (const side of ['left', 'right'] as const) {
    const other = side === 'left' ? 'right' : 'left'
    const [base, changed, kept] = [versions.base, versions[side], versions[other]]
    if (kindOf(base) !== kindOf(kept) || kindOf(changed) === kindOf(base)) continue
    const inner = innerOf(changed)
    if (inner && kindOf(inner) === kindOf(base)) {
      const merged = mergeInner(versionsOf(side, base, inner, kept))
      const [before, behind] = around(changed, inner)
      return merged && [before, ...merged, behind]
    }
    const [innerBase, innerKept] = [innerOf(base), innerOf(kept)]
    if (!innerBase || !innerKept || kindOf(innerBase) !== kindOf(changed)) continue
    // What the other side changed around it would be lost.
    if (String(around(base, innerBase)) !== String(around(kept, innerKept))) return undefined
    return mergeInner(versionsOf(side, innerBase, changed, innerKept))
  }
  return undefined
}

function versionsOf(side: 'left' | 'right', base: Place, changed: Place, kept: Place): Versions {
  return side === 'left' ? { base, left: changed, right: kept } : { base, left: kept, right: changed }
}

function innerOf({ source, node }: Place): Place | undefined {
  const inner = wrappedIn(source, node)
  return inner === undefined ? undefined : { source, node: inner }
}

/** The text of a node before and behind one that it holds. */
function around({ source, node }: Place, inner: Place): readonly [string, string] {
  const { start, end } = source.tree
  return [source.text.slice(start[node], start[inner.node]), source.text.slice(end[inner.node], end[node])]
}

function kindOf({ source, node }: Place): string {
  return source.kind(node)
}
