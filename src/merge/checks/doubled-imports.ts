import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { boundIn } from './bindings.ts'
import type { Finding } from './finding.ts'

/** Names that the top of a file imports and declares, though neither side does both. */
export function doubledImports(left: Source, right: Source, merged: Source): readonly Finding[] {
  const both = importedAndDeclared(merged)
  const known = both.length === 0 ? [] : [left, right].flatMap(importedAndDeclared)
  return both.filter((name) => !known.includes(name)).map((name) => ({ check: 'duplicates', name }))
}

/** Kinds of statements that bind what other files declare. */
const importKinds = /import|^use_declaration$|^namespace_use/

function importedAndDeclared(source: Source): readonly string[] {
  const items = source.children(0)
  const imports = new Set(items.filter((item) => importKinds.test(source.kind(item))))
  if (imports.size === 0) return []
  const imported = new Set([...imports].flatMap((item) => boundIn(source, item)))
  return items.flatMap((item) => {
    // Overloads are told apart by what stands in brackets behind their name.
    const name = imports.has(item) ? undefined : nameOf(source, item)?.split('(', 1)[0]
    return name !== undefined && imported.has(name) ? [name] : []
  })
}
