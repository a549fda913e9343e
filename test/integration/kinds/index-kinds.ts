import assert from 'node:assert/strict'
import { lstatSync, renameSync, symlinkSync } from 'node:fs'
import { byWay, type Kind, type KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function tree(place: Place): void {
  place.init()
  place.commit({ 'in/a': 'one\n', 'in/b': 'one\n', 'out/deep/c': 'one\n', top: 'one\n' })
}

/** Changed, staged, deleted and new files. */
function changes(place: Place): void {
  place.write({ 'in/a': 'two\n', 'in/new': 'new\n', top: 'two\n' })
  place.git('add', 'in')
  place.remove('in/b')
}

function kept(name: string, keep: (place: Place) => void): readonly Kind[] {
  const make = (place: Place) => {
    tree(place)
    keep(place)
    changes(place)
  }
  return [[], ['-a'], ['top']].map((args) => ({ name: `${byWay(args[0])}, with ${name}`, make, args }))
}

export const indexKinds: readonly KindGroup[] = [
  {
    feature: 'Forms of the index',
    how: 'Git itself reads and writes the index, in the form that it has.',
    kinds: [
      ...kept('an index of version 2', () => {}),
      ...kept('an index of version 4', (place) => place.git('update-index', '--index-version', '4')),
      ...kept('a split index', (place) => place.git('update-index', '--split-index')),
      ...kept('a sparse index', (place) => place.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'in')),
      {
        name: '-a where the index is a symbolic link, which stays',
        make: (place) => {
          tree(place)
          renameSync(place.path('work/.git/index'), place.path('index'))
          symlinkSync(place.path('index'), place.path('work/.git/index'))
          changes(place)
        },
        args: ['-a'],
        after: (place) => assert.ok(lstatSync(place.path('work/.git/index')).isSymbolicLink()),
      },
    ],
  },
]
