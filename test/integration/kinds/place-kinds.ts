import { appendFileSync } from 'node:fs'
import { byWay, type KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place): void {
  place.init()
  place.commit({ a: 'one\n', 'dir/b': 'one\n' })
}

function change(place: Place): void {
  place.write({ a: 'two\n', 'dir/b': 'two\n', new: 'new\n' })
  place.git('add', 'new')
}

/** A submodule `lib` of a repository beside. */
function withSubmodule(place: Place): void {
  place.gitIn('.', 'init', '-q', 'lib')
  place.write({ '../lib/x': 'one\n' })
  place.gitIn('lib', 'add', '-A')
  place.gitIn('lib', 'commit', '-q', '-m', 'lib')
  base(place)
  place.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', place.path('lib'), 'lib')
}

/** A repository with a commit in the place of a file. */
function nested(place: Place, path: string): void {
  place.remove(path)
  place.gitIn('work', 'init', '-q', path)
  place.write({ [`${path}/x`]: 'x\n' })
  place.gitIn(`work/${path}`, 'add', '-A')
  place.gitIn(`work/${path}`, 'commit', '-q', '-m', 'within')
}

function moveSubmodule(place: Place): void {
  appendFileSync(place.path('work/lib/x'), 'two\n')
  place.gitIn('work/lib', 'commit', '-q', '-a', '-m', 'two')
}

export const placeKinds: readonly KindGroup[] = [
  {
    feature: 'Submodules and repositories within',
    how: 'A submodule is the commit that is checked out in it. What is changed in it is its own matter.',
    kinds: [
      { name: 'of a new submodule', make: withSubmodule },
      ...[['-a'], ['lib']].map((args) => ({
        name: `${byWay(args[0])} of a submodule that is at another commit`,
        make: (place: Place) => {
          withSubmodule(place)
          place.git('commit', '-q', '-m', 'with lib')
          moveSubmodule(place)
          place.write({ a: 'two\n' })
        },
        args,
      })),
      {
        name: '-a beside a submodule in which files are changed',
        make: (place) => {
          withSubmodule(place)
          place.git('commit', '-q', '-m', 'with lib')
          place.write({ a: 'two\n', 'lib/x': 'changed\n', 'lib/untracked': 'x\n' })
        },
        args: ['-a'],
      },
      {
        name: '-a of a submodule that is to be ignored',
        make: (place) => {
          withSubmodule(place)
          place.git('config', '--file', '.gitmodules', 'submodule.lib.ignore', 'all')
          place.git('add', '.gitmodules')
          place.git('commit', '-q', '-m', 'with lib')
          moveSubmodule(place)
          place.write({ a: 'two\n' })
        },
        args: ['-a'],
      },
      ...[['-a'], ['f', 'a']].map((args) => ({
        name: `${byWay(args[0])} of a file in whose place a repository lies now`,
        make: (place: Place) => {
          place.init()
          place.commit({ a: 'one\n', f: 'one\n' })
          nested(place, 'f')
          place.write({ a: 'two\n' })
        },
        args,
      })),
      {
        name: '-a of a file in whose place a repository without commits lies now',
        make: (place) => {
          place.init()
          place.commit({ a: 'one\n', f: 'one\n' })
          place.remove('f')
          place.gitIn('work', 'init', '-q', 'f')
        },
        args: ['-a'],
      },
      {
        name: 'of a path at which a repository without commits lies now',
        make: (place) => {
          place.init()
          place.commit({ a: 'one\n', f: 'one\n' })
          place.remove('f')
          place.gitIn('work', 'init', '-q', 'f')
        },
        args: ['f'],
        refused: { code: 'USAGE', message: /no commit yet/, because: 'git refuses it, too' },
      },
      {
        name: '-a of a submodule in whose place a file lies now',
        make: (place) => {
          withSubmodule(place)
          place.git('commit', '-q', '-m', 'with lib')
          place.remove('lib')
          place.write({ lib: 'file\n' })
        },
        args: ['-a'],
      },
      {
        name: 'beside a repository within that nobody has added',
        make: (place) => {
          base(place)
          place.gitIn('work', 'init', '-q', 'inner')
          place.write({ 'inner/x': 'x\n' })
          change(place)
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'Linked work trees, and repositories in other places',
    how: 'HEAD and index are those of the work tree; refs, objects and settings those of the repository.',
    kinds: [
      {
        name: '-a in a linked work tree',
        make: (place) => {
          base(place)
          place.git('worktree', 'add', '-q', '-b', 'other', '../linked')
          place.write({ '../linked/a': 'two\n', a: 'three\n' })
        },
        folder: 'linked',
        args: ['-a'],
        also: [['rev-parse', 'main^{tree}', 'other^{tree}']],
      },
      {
        name: '-a in a linked work tree with settings of its own',
        make: (place) => {
          base(place)
          place.git('worktree', 'add', '-q', '--detach', '../linked')
          place.git('config', 'extensions.worktreeConfig', 'true')
          place.gitIn('linked', 'config', '--worktree', 'core.autocrlf', 'input')
          place.write({ '../linked/a': 'two\r\n' })
        },
        folder: 'linked',
        args: ['-a'],
      },
      {
        name: 'of a path, from a folder within',
        make: (place) => {
          base(place)
          change(place)
        },
        folder: 'work/dir',
        args: ['b'],
      },
      {
        name: '-a with the git folder elsewhere',
        make: (place) => {
          place.init('--separate-git-dir', place.path('elsewhere'))
          place.commit({ a: 'one\n' })
          place.write({ a: 'two\n' })
        },
        args: ['-a'],
      },
      {
        name: '-a with core.worktree',
        make: (place) => {
          base(place)
          place.write({ '../tree/a': 'two\n', '../tree/dir/b': 'one\n' })
          place.git('config', 'core.worktree', place.path('tree'))
        },
        args: ['-a'],
      },
      {
        name: '-a with objects borrowed from another repository',
        make: (place) => {
          place.gitIn('.', 'init', '-q', 'upstream')
          place.write({ '../upstream/a': 'one\n' })
          place.gitIn('upstream', 'add', '-A')
          place.gitIn('upstream', 'commit', '-q', '-m', 'one')
          place.gitIn('.', 'clone', '-q', '--shared', 'upstream', 'work')
          place.write({ a: 'two\n' })
        },
        args: ['-a'],
      },
      {
        name: '-a with objects borrowed from a repository whose path is quoted',
        make: (place) => {
          place.gitIn('.', 'init', '-q', 'grün')
          place.write({ '../grün/a': 'one\n' })
          place.gitIn('grün', 'add', '-A')
          place.gitIn('grün', 'commit', '-q', '-m', 'one')
          place.gitIn('.', 'clone', '-q', '--shared', 'grün', 'work')
          const path = place.path('gr\\303\\274n/.git/objects')
          place.write({ '.git/objects/info/alternates': `"${path}"\n`, a: 'two\n' })
        },
        args: ['-a'],
      },
      {
        name: '-a with a pack whose index is of version 1',
        make: (place) => {
          place.init()
          place.commit({ a: 'one\n', 'in/b': 'one\n' })
          place.git('-c', 'pack.indexVersion=1', 'repack', '-adq')
          place.write({ a: 'two\n' })
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: '`GIT_DIR` and the like',
    how: 'Variables that say where something lies count as for git.',
    kinds: [
      {
        name: '-a under GIT_DIR and GIT_WORK_TREE',
        make: (place) => {
          base(place)
          place.write({ '../tree/a': 'two\n' })
        },
        folder: 'tree',
        env: (place) => ({ GIT_DIR: place.path('work/.git'), GIT_WORK_TREE: place.path('tree') }),
        args: ['-a'],
      },
      {
        name: '-a in a bare repository, under GIT_WORK_TREE',
        make: (place) => {
          base(place)
          place.gitIn('.', 'clone', '-q', '--bare', 'work', 'bare')
          place.write({ '../tree/a': 'two\n', '../tree/dir/b': 'one\n' })
          place.gitWith({ env: { GIT_DIR: place.path('bare'), GIT_WORK_TREE: place.path('tree') } }, 'reset', '-q')
        },
        folder: 'tree',
        env: (place) => ({ GIT_DIR: place.path('bare'), GIT_WORK_TREE: place.path('tree') }),
        args: ['-a'],
      },
      {
        name: 'under GIT_INDEX_FILE',
        make: (place) => {
          base(place)
          change(place)
          place.gitWith({ env: { GIT_INDEX_FILE: place.path('index') } }, 'read-tree', 'HEAD')
          place.gitWith({ env: { GIT_INDEX_FILE: place.path('index') } }, 'add', 'a')
        },
        env: (place) => ({ GIT_INDEX_FILE: place.path('index') }),
      },
      {
        name: '-a under GIT_OBJECT_DIRECTORY and GIT_ALTERNATE_OBJECT_DIRECTORIES',
        make: (place) => {
          base(place)
          place.write({ '../objects/keep': '', a: 'two\n' })
        },
        env: (place) => ({
          GIT_OBJECT_DIRECTORY: place.path('objects'),
          GIT_ALTERNATE_OBJECT_DIRECTORIES: place.path('work/.git/objects'),
        }),
        args: ['-a'],
      },
      {
        name: '-a in a repository that belongs to somebody else and that safe.directory names',
        make: (place) => {
          base(place)
          change(place)
        },
        env: (place) => ({
          GIT_TEST_ASSUME_DIFFERENT_OWNER: '1',
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: 'safe.directory',
          GIT_CONFIG_VALUE_0: place.path('work'),
        }),
        args: ['-a'],
      },
      {
        name: '-a under settings that come by variables',
        make: (place) => {
          base(place)
          place.write({ a: 'two\r\n' })
        },
        env: () => ({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.autocrlf', GIT_CONFIG_VALUE_0: 'input' }),
        args: ['-a'],
      },
    ],
  },
]
