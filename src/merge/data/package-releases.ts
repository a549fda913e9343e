import type { TextEdit } from '../edited-text.ts'
import type { DataNode } from './data-node.ts'
import { isRaised } from './version-range.ts'

const dependencyFields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

interface Roots {
  readonly base: DataNode
  readonly left: DataNode
  readonly right: DataNode
}

/**
 * Packages that one side of a package.json began to depend on, while the other side is a release that raised most packages of the same scope
 * (`@scope/name`). Packages of one scope are released together, and what the release did not know of it did not raise. Each as a clause.
 */
export function unraisedPackages(path: string, roots: Roots): readonly string[] {
  return besideReleases(path, roots, (base, side, release) =>
    [...side.ranges.keys()].flatMap((name) => {
      const scope = base.ranges.has(name) || release.ranges.has(name) ? undefined : raisedScope(name, base, release)
      return scope === undefined
        ? []
        : [`a release raised the other packages of ${scope.slice(0, -1)}, and does not know of ${name}`]
    }),
  )
}

/** An edit of the text of a side. */
export interface SideEdit extends TextEdit {
  readonly side: 'left' | 'right'
}

/**
 * Takes back what a release raised of packages that the other side no longer depends on: it raised them with all others of their scope, so that nothing
 * speaks for keeping them.
 */
export function raisesOfDeleted(path: string, roots: Roots): readonly SideEdit[] {
  return besideReleases(path, roots, (base, side, release, releaseSide) =>
    [...base.ranges].flatMap(([name, range]) => {
      const raised = release.nodes.get(name)
      if (!raised || side.ranges.has(name) || !isRaised(range, raised.text)) return []
      if (raisedScope(name, base, release) === undefined) return []
      return [{ side: releaseSide, from: raised.end - raised.text.length, end: raised.end, text: range }]
    }),
  )
}

type Look<T> = (base: Package, side: Package, release: Package, releaseSide: 'left' | 'right') => readonly T[]

/** What each side did beside a release of the other one. */
function besideReleases<T>(path: string, { base, left, right }: Roots, look: Look<T>): readonly T[] {
  if (!/(?:^|\/)package\.json$/.test(path)) return []
  const [inBase, inLeft, inRight] = [base, left, right].map(packageOf) as [Package, Package, Package]
  return [
    ...(isRaised(inBase.version, inRight.version) ? look(inBase, inLeft, inRight, 'right') : []),
    ...(isRaised(inBase.version, inLeft.version) ? look(inBase, inRight, inLeft, 'left') : []),
  ]
}

interface Package {
  readonly version: string
  /** The ranges of its dependencies by name, as written. */
  readonly ranges: ReadonlyMap<string, string>
  readonly nodes: ReadonlyMap<string, DataNode>
}

function packageOf(root: DataNode): Package {
  const entries = dependencyFields.flatMap((field) => entriesOf(valueOf(root, field)))
  return {
    version: valueOf(root, 'version')?.text ?? '',
    ranges: new Map(entries.map(([name, { text }]) => [name, text])),
    nodes: new Map(entries),
  }
}

function valueOf(node: DataNode, name: string): DataNode | undefined {
  return node.kind === 'map' ? node.items.find(({ key }) => key === name)?.value : undefined
}

function entriesOf(node: DataNode | undefined): readonly (readonly [name: string, value: DataNode])[] {
  return node?.kind === 'map' ? node.items.map(({ key, value }) => [key, value]) : []
}

/** The scope of a package, if a release raised at least half of the others in it. */
function raisedScope(name: string, base: Package, release: Package): string | undefined {
  const scope = /^@[^/]+\//.exec(name)?.[0]
  if (scope === undefined) return undefined
  const others = [...base.ranges].filter(
    ([other]) => other !== name && other.startsWith(scope) && release.ranges.has(other),
  )
  const raised = others.filter(([other, range]) => isRaised(range, release.ranges.get(other)!))
  return raised.length > 0 && raised.length * 2 >= others.length ? scope : undefined
}
