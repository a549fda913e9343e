import type { DataNode } from './data-node.ts'

type Lost = (root: DataNode) => readonly string[]

const finders: Readonly<Record<string, Lost>> = {
  'package-lock.json': lostOfNpm,
  'npm-shrinkwrap.json': lostOfNpm,
  'Cargo.lock': lostOfCargo,
  'poetry.lock': lostOfPython,
  'uv.lock': lostOfPython,
  'pdm.lock': lostOfPython,
}

/**
 * What a lock file asks for and does not hold, or holds twice, while neither side does: one of them took a package away, or got a second version of it, that the other one has
 * a new use for. Each as a clause. That the versions which are there are the wanted ones only a package manager can tell.
 */
export function findLockClashes(path: string, result: DataNode, left: DataNode, right: DataNode): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const find = Object.hasOwn(finders, name) ? finders[name] : undefined
  const found = find?.(result) ?? []
  if (!find || !found.length) return []
  const known = new Set([...find(left), ...find(right)])
  return [...new Set(found)].filter((clause) => !known.has(clause))
}

/** Packages lie by their folders, and are looked for as Node does: in `node_modules` of the folder of who asks, and of those above. */
function lostOfNpm(root: DataNode): readonly string[] {
  const packages = entriesOf(at(root, 'packages'))
  return [...packages].flatMap(([folder, found]) => {
    const who = folder === '' ? 'the root' : folder
    const names = ['dependencies', 'devDependencies'].flatMap((key) => [...entriesOf(at(found, key)).keys()])
    const target = textOf(at(found, 'link')) === 'true' ? textOf(at(found, 'resolved')) : undefined
    const isLost = target !== undefined && !packages.has(target)
    return [
      ...names
        .filter((name) => !isSeen(packages, folder, name))
        .map((name) => `${who} needs ${name}, which is not there`),
      ...(isLost ? [`${who} leads to ${target}, which is not there`] : []),
    ]
  })
}

function isSeen(packages: ReadonlyMap<string, DataNode>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (packages.has(`${folder && `${folder}/`}node_modules/${name}`)) return true
    if (folder === '') return false
  }
}

/** A dependency is `name`, where that is one package, `name version`, or `name version (source)`. */
function lostOfCargo(root: DataNode): readonly string[] {
  const packages = elementsOf(at(root, 'package')).map((node) => {
    const [name, version, source] = ['name', 'version', 'source'].map((key) => textOf(at(node, key)))
    return { node, name: name ?? '', version: version ?? '', source }
  })
  const counts = new Map<string, number>()
  for (const { name, version, source } of packages)
    for (const key of [name, `${name} ${version}`, `${name} ${version} (${source})`])
      counts.set(key, (counts.get(key) ?? 0) + 1)
  return packages.flatMap(({ node, name, version, source }) => {
    const who = `${name} ${version}`
    const needs = elementsOf(at(node, 'dependencies')).flatMap((each) => textOf(each) ?? [])
    return [
      ...needs.filter((need) => !counts.has(need)).map((need) => `${who} needs ${need}, which is not there`),
      ...needs.filter((need) => counts.get(need)! > 1).map((need) => `${who} needs ${need}, which is there twice`),
      ...(counts.get(`${who} (${source})`)! > 1 ? [`${who} is there twice`] : []),
    ]
  })
}

/** Names are alike as PEP 503 says; which version is meant is left to conditions that are not looked at. */
function lostOfPython(root: DataNode): readonly string[] {
  const plain = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-')
  const packages = elementsOf(at(root, 'package'))
  const nameOf = (node: DataNode) => textOf(at(node, 'name')) ?? ''
  const names = new Set(packages.map((node) => plain(nameOf(node))))
  return packages.flatMap((node) => {
    const needs = at(node, 'dependencies')
    const listed = elementsOf(needs).map((each) => (each.kind === 'map' ? nameOf(each) : (textOf(each) ?? '')))
    // Poetry names what only an extra asks for whether or not somebody wants that extra.
    const keyed = [...entriesOf(needs)].filter(([, value]) => textOf(at(value, 'optional')) !== 'true')
    const meant = [...keyed.map(([key]) => key), ...listed].flatMap((need) => /^[\w.-]+/.exec(need)?.[0] ?? [])
    return meant
      .filter((need) => !names.has(plain(need)))
      .map((need) => `${nameOf(node)} needs ${need}, which is not there`)
  })
}

function at(node: DataNode | undefined, key: string): DataNode | undefined {
  return node?.kind === 'map' ? node.items.find((item) => item.key === key)?.value : undefined
}

function entriesOf(node: DataNode | undefined): ReadonlyMap<string, DataNode> {
  return new Map(node?.kind === 'map' ? node.items.map(({ key, value }) => [key, value]) : [])
}

function elementsOf(node: DataNode | undefined): readonly DataNode[] {
  return node?.kind === 'list' ? node.items.map(({ value }) => value) : []
}

function textOf(node: DataNode | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text.replace(/^(["'])(.*)\1$/s, '$2') : undefined
}
