import type { ModuleRules } from './module-rules.ts'
import type { FileSymbols, ImportedName, NameUse } from './file-symbols.ts'
import type { Target } from './resolve.ts'

/** Something of another file that a file uses, by an import, behind the name of a module or type, or as a name of the same package. */
export interface Reference {
  readonly key: string
  readonly kind: 'import' | 'qualified' | 'own'
  readonly target: Target
  readonly imported?: ImportedName | undefined
  readonly uses: readonly NameUse[]
}

/** Everything that a file uses of other files, once for each thing and way. */
export function referencesOf(symbols: FileSymbols, rules: ModuleRules): ReadonlyMap<string, Reference> {
  const found = new Map<string, Reference & { readonly uses: NameUse[] }>()
  const add = (kind: Reference['kind'], target: Target, use?: NameUse, imported?: ImportedName): void => {
    const key = [kind, target.module, target.name, target.member ?? ''].join('\0')
    const known = found.get(key)
    if (!known) found.set(key, { key, kind, target, imported, uses: use ? [use] : [] })
    else if (use) known.uses.push(use)
  }
  const byLocal = new Map(symbols.imports.filter((each) => !each.isHandedOn).map((each) => [each.local, each]))
  for (const imported of symbols.imports) add('import', imported, undefined, imported)
  const own = rules.own?.(symbols.path, symbols.package)
  for (const use of symbols.uses) {
    if (use.receiver !== undefined) addQualified(use, use.receiver)
    else if (symbols.bound.has(use.name)) continue
    else if (byLocal.has(use.name)) add('import', byLocal.get(use.name)!, use, byLocal.get(use.name))
    else if (own !== undefined && !rules.builtIn.includes(use.name)) add('own', { module: own, name: use.name }, use)
  }
  return found

  function addQualified(use: NameUse, receiver: string): void {
    if (symbols.bound.has(receiver) && !rules.receiver) return
    const { name } = use
    const imported = byLocal.get(receiver)
    if (imported?.name === '*') add('qualified', { module: imported.module, name }, use, imported)
    else if (imported && rules.inner)
      add('qualified', { module: rules.inner(imported.module, imported.name), name }, use, imported)
    else if (imported && own !== undefined)
      add('qualified', { module: imported.module, name: imported.name, member: name }, use, imported)
    else if (!imported && rules.receiver?.(receiver) !== undefined)
      add('qualified', { module: rules.receiver(receiver)!, name }, use)
    else if (!imported && own !== undefined && /^\p{Lu}\w*$/u.test(receiver))
      add('qualified', { module: own, name: receiver, member: name }, use)
  }
}
