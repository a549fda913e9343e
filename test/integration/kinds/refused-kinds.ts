import type { KindGroup } from './kind.ts'
import type { Place } from './place.ts'

function base(place: Place): void {
  place.init()
  place.commit({ a: 'one\n' })
  place.write({ a: 'two\n' })
}

const because = 'only whoever knows the format may write it'

export const refusedKinds: readonly KindGroup[] = [
  {
    feature: 'Formats that are not known',
    how: 'Nothing is done, by the name of what is not known.',
    kinds: [
      {
        name: 'with refs in a reftable',
        make: (place) => {
          base(place)
          place.git('config', 'extensions.refStorage', 'reftable')
        },
        args: ['-a'],
        refused: { code: 'REPOSITORY_UNSUPPORTED', message: /refstorage/i, because },
      },
      {
        name: 'with an extension that nobody knows',
        make: (place) => {
          base(place)
          place.git('config', 'core.repositoryFormatVersion', '1')
          place.git('config', 'extensions.novelty', 'true')
        },
        args: ['-a'],
        refused: { code: 'REPOSITORY_UNSUPPORTED', message: /novelty/, because },
      },
      {
        name: 'with a repository format of the future',
        make: (place) => {
          base(place)
          place.git('config', 'core.repositoryFormatVersion', '2')
        },
        args: ['-a'],
        refused: { code: 'REPOSITORY_UNSUPPORTED', message: /version/, because },
      },
      {
        name: 'in a repository that belongs to somebody else',
        make: base,
        args: ['-a'],
        env: () => ({ GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' }),
        refused: {
          code: 'GIT_FAILED',
          message: /dubious ownership/,
          because: 'git refuses it, too, unless safe.directory names it',
        },
      },
      {
        name: 'in a bare repository',
        make: (place) => place.init('--bare'),
        args: ['-a'],
        refused: { code: 'WORK_TREE_MISSING', message: /bare/, because: 'it has no files' },
      },
    ],
  },
]
