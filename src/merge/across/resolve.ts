import type { Definition, FileSymbols } from './file-symbols.ts'
import { rulesOf } from './rules-of.ts'
import type { TreeView } from './tree-view.ts'

/** Something that a file means by a name: in a module, or behind the name of a type there. */
export interface Target {
  readonly module: string
  /** `*` for the module itself. */
  readonly name: string
  readonly member?: string | undefined
}

/**
 * Where a name leads: to a file of the tree, with the declaration where it is a plain one; nowhere, though the tree has all that could
 * declare it; or out of what can be seen.
 */
export type Resolved =
  | { readonly status: 'here'; readonly path: string; readonly definition?: Definition | undefined }
  | { readonly status: 'missing' }
  | { readonly status: 'outside' }

/** Names that are handed on from file to file are followed this far. */
const maxHandedOn = 16

const outside: Resolved = { status: 'outside' }
const missing: Resolved = { status: 'missing' }

/** What a name means in a file of a tree. */
export function resolve(view: TreeView, from: string, target: Target, steps = 0): Resolved {
  const rules = rulesOf(from)
  if (!rules || steps > maxHandedOn) return outside
  const { module, name } = target
  const files = rules.filesOf({ module, from, name }, view.index)
  const inner = name === '*' ? undefined : rules.inner?.(module, name)
  const innerFiles = inner === undefined ? [] : (rules.filesOf({ module: inner, from }, view.index) ?? [])
  if (name === '*') return !files ? outside : files.length > 0 ? { status: 'here', path: files[0]! } : missing
  let found = files ? missing : outside
  for (const path of files ?? []) {
    const symbols = view.symbols(path)
    const at = symbols ? exported(view, symbols, target, steps) : outside
    if (at.status === 'here') return at
    if (at.status === 'outside') found = outside
  }
  return innerFiles.length > 0 ? { status: 'here', path: innerFiles[0]! } : found
}

function exported(view: TreeView, symbols: FileSymbols, target: Target, steps: number): Resolved {
  const { path, exports, definitions, imports, bound, stars } = symbols
  if (symbols.package !== undefined && symbols.package !== target.module) return missing
  const local = exports ? exports.get(target.name) : target.name
  if (local !== undefined) {
    const definition = definitions.get(local)
    if (definition) return memberOf(path, definition, target.member)
    const imported = imports.find(
      (each) => each.local === local.replace('\0', '') && each.isHandedOn === local.startsWith('\0'),
    )
    if (imported && symbols.package === undefined) return follow(view, path, imported, target, steps)
    if (exports || bound.has(local)) return { status: 'here', path }
  }
  if (!exports) {
    const handed = imports.find((each) => each.local === target.name)
    if (handed && symbols.package === undefined) return follow(view, path, handed, target, steps)
  }
  let found = symbols.isOpen ? outside : missing
  for (const module of stars) {
    const at = resolve(view, path, { ...target, module }, steps + 1)
    if (at.status === 'here') return at
    if (at.status === 'outside') found = outside
  }
  return found
}

function follow(view: TreeView, path: string, { module, name }: Target, { member }: Target, steps: number): Resolved {
  const at = resolve(view, path, { module, name, member }, steps + 1)
  // What comes from a package is here all the same: this file hands it on.
  return at.status === 'outside' ? { status: 'here', path } : at
}

function memberOf(path: string, definition: Definition, member: string | undefined): Resolved {
  if (member === undefined) return { status: 'here', path, definition }
  const found = definition.members.get(member)
  if (found) return { status: 'here', path, definition: found }
  return definition.inherits ? outside : missing
}
