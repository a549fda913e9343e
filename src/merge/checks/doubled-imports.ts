import { nameOf } from '../structure/name-of.ts'
import type { Source } from '../structure/source.ts'
import { boundIn } from './bindings.ts'
import type { Finding } from './finding.ts'

/** Names that the top of a file imports and declares, or imports from two places, though neither side does so. */
export function doubledImports(left: Source, right: Source, merged: Source): readonly Finding[] {
  const both = [...new Set([...importedAndDeclared(merged), ...importedTwice(merged)])]
  const known =
    both.length === 0 ? [] : [left, right].flatMap((side) => [...importedAndDeclared(side), ...importedTwice(side)])
  return both.filter((name) => !known.includes(name)).map((name) => ({ check: 'duplicates', name }))
}

/** Names that several imports bind, each from somewhere else. Of functions there may be several of a name where they are told apart by parameters. */
function importedTwice(source: Source): readonly string[] {
  const from = new Map<string, Set<string>>()
  for (const item of source.children(0)) {
    if (!importKinds.test(source.kind(item))) continue
    for (const one of importsIn(source, item)) {
      const text = source.textOf(one)
      if (/\*$|^import\s+static\b|^use\s+function\b/.test(text.replace(/[;\s]+$/, ''))) continue
      // The last word of a path may be a version.
      for (const name of boundIn(source, one))
        if (!/^(?:v\d+|_)$/.test(name)) from.set(name, (from.get(name) ?? new Set()).add(text))
    }
  }
  const isOverloaded = source.rules.overloads['function_declaration'] !== undefined
  return [...from].flatMap(([name, texts]) =>
    texts.size > 1 && (!isOverloaded || /^\p{Lu}/u.test(name)) ? [name] : [],
  )
}

/** In Go one statement holds several. */
function importsIn(source: Source, item: number): readonly number[] {
  const list = source.children(item).find((child) => source.kind(child) === 'import_spec_list')
  return list === undefined ? [item] : source.children(list).filter((child) => source.kind(child) === 'import_spec')
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
