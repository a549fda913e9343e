import { byWay, type KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place): void {
  place.init()
  place.commit({ a: 'one\n', b: 'one\n', 'dir/c': 'one\n', 'out/d': 'one\n' })
}

export const flagKinds: readonly KindGroup[] = [
  {
    feature: 'Flags of the index, and what is staged in part',
    how: 'Entries that a commit does not change keep what Git knows of their files.',
    kinds: [
      {
        name: 'of a part of a file, whose rest stays a change',
        make: (place) => {
          base(place)
          place.write({ a: 'two\n' })
          place.git('add', 'a')
          place.write({ a: 'three\n' })
        },
      },
      {
        name: 'of one path beside others that are staged, removed from the index and new',
        make: (place) => {
          base(place)
          place.write({ a: 'two\n', b: 'two\n', new: 'new\n' })
          place.git('add', 'b', 'new')
          place.git('rm', '-q', '--cached', 'dir/c')
        },
        args: ['a'],
      },
      {
        name: 'of a folder in which files are changed, deleted and removed from the index',
        make: (place) => {
          base(place)
          place.commit({ 'dir/e': 'one\n', 'dir/f': 'one\n', 'dir/deep/g': 'one\n' })
          place.write({ a: 'two\n', 'dir/deep/g': 'two\n', 'dir/untracked': 'x\n' })
          place.remove('dir/c')
          place.git('rm', '-q', '--cached', 'dir/e')
          place.git('rm', '-q', 'dir/f')
        },
        args: ['dir'],
      },
      {
        name: '-a where what was staged is taken back on disk',
        make: (place) => {
          base(place)
          place.write({ a: 'two\n', b: 'two\n' })
          place.git('add', 'a')
          place.write({ a: 'one\n' })
        },
        args: ['-a'],
      },
      {
        name: '-a beside a file that is only promised (`git add -N`)',
        make: (place) => {
          base(place)
          place.write({ new: 'new\n', a: 'two\n' })
          place.git('add', '-N', 'new')
        },
        args: ['-a'],
      },
      {
        name: 'of what is staged beside a file that is only promised',
        make: (place) => {
          base(place)
          place.write({ new: 'new\n', a: 'two\n' })
          place.git('add', 'a')
          place.git('add', '-N', 'new')
        },
      },
      {
        name: '-a beside a changed file that is to be assumed unchanged',
        make: (place) => {
          base(place)
          place.git('update-index', '--assume-unchanged', 'b')
          place.write({ a: 'two\n', b: 'two\n' })
        },
        args: ['-a'],
      },
      {
        name: 'of what is staged in a file that Git is to skip on disk',
        make: (place) => {
          base(place)
          place.write({ b: 'staged\n' })
          place.git('add', 'b')
          place.write({ b: 'on disk\n' })
          place.git('update-index', '--skip-worktree', 'b')
        },
      },
      {
        name: '-a beside a file that Git is to skip on disk',
        make: (place) => {
          base(place)
          place.git('update-index', '--skip-worktree', 'b')
          place.write({ a: 'two\n', b: 'two\n' })
        },
        args: ['-a'],
      },
      ...[true, false].map((hasAttributes) => ({
        name: `-a of 150 files${hasAttributes ? ', under attributes' : ''}`,
        make: (place: Place) => {
          const files = (text: string) =>
            Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`d${i % 7}/f${i}`, `${text} ${i}\n`]))
          place.init()
          place.commit(files('one'))
          place.write({ ...files('two'), ...(hasAttributes && { '.git/info/attributes': '* -text\n' }) })
          place.remove('d0/f0', 'd3')
        },
        args: ['-a'],
      })),
      {
        name: '-a with an untracked cache and a file system monitor',
        make: (place) => {
          base(place)
          // Version 2 of the hook: everything may have changed.
          place.program('work/.git/hooks/monitor', String.raw`printf 'token\0/\0'`)
          place.git('config', 'core.fsmonitor', '.git/hooks/monitor')
          place.git('update-index', '--untracked-cache', '--fsmonitor')
          place.write({ a: 'two\n', untracked: 'x\n' })
          place.git('status')
        },
        args: ['-a'],
      },
    ],
  },
  {
    feature: 'Sparse checkout',
    how: 'Files that are not checked out stay in the tree and in the index.',
    kinds: [
      ...['-a', 'dir'].map((arg) => ({
        name: `${byWay(arg)} in a sparse checkout by patterns`,
        make: (place: Place) => {
          base(place)
          place.git('sparse-checkout', 'set', '--no-cone', '/dir/', '/a')
          place.write({ a: 'two\n', 'dir/c': 'two\n' })
        },
        args: [arg],
      })),
      {
        name: 'of everything, where a part is not checked out',
        make: (place) => {
          base(place)
          place.git('sparse-checkout', 'set', '--cone', 'dir')
          place.write({ 'dir/c': 'two\n' })
        },
        args: ['.'],
      },
      {
        name: 'by path of files of which one is not checked out',
        make: (place) => {
          base(place)
          place.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'dir')
          place.write({ 'dir/c': 'two\n' })
        },
        args: ['out/d', 'dir'],
      },
      {
        name: 'of a file that is staged outside of the checkout',
        make: (place) => {
          base(place)
          place.git('sparse-checkout', 'set', '--cone', '--sparse-index', 'dir')
          place.write({ 'out/new': 'new\n' })
          place.git('add', '--sparse', 'out/new')
        },
      },
    ],
  },
]
