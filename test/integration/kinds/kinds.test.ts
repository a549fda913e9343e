import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CliWorld } from '../../cli/cli-world.ts'
import { needsProgram } from '../../support/needs.ts'
import { projectRoot } from '../../support/project.ts'
import { compatibilityDocument } from './document.ts'
import { factsOf, leftIn, mustBeSound, untouched, type Facts } from './facts.ts'
import type { Kind } from './kind.ts'
import { kindGroups } from './kinds.ts'
import { Place } from './place.ts'

const message = 'the next one'
/** One kind alone: `KIND='index v4' npx mocha …`. */
const wanted = process.env['KIND'] ?? ''

describe('ai-vcs leaves what git leaves', function () {
  this.timeout(60_000)
  let world: CliWorld
  let places = 0
  let doneAlone = 0

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    const { status, stderr } = await world.here(['key', 'create'])
    assert.equal(status, 0, stderr)
  })
  after(() => world?.close())

  for (const { feature, kinds } of kindGroups)
    describe(`${feature}:`, () => {
      for (const kind of kinds)
        if (kind.name.includes(wanted))
          it(`a ${kind.verb ?? 'commit'} ${kind.name}`, async () => {
            const place = new Place(world.path(`p${places++}`), world.env())
            kind.make(place)
            await (kind.refused ? mustBeRefused(place, kind) : mustBeAlike(place, kind))
          })
    })

  describe('in plain repositories', () => {
    it('without a git program, too', function () {
      if (wanted) this.skip()
      assert.ok(doneAlone > 50, `${doneAlone} kinds were done without one`)
    })
  })

  /** What `ai-vcs` did. */
  function doIt(place: Place, { verb = 'commit', args = [], folder = 'work', env }: Kind) {
    const given = env?.(place) ?? {}
    return world.here([verb, ...(verb === 'commit' ? ['-m', message] : []), ...args], {
      folder: join(place.root.slice(world.root.length), folder),
      env: given,
    })
  }

  async function mustBeAlike(place: Place, kind: Kind): Promise<void> {
    const { verb = 'commit', args = [], gitArgs = args, folder = 'work', env } = kind
    const ours = await place.trial(async () => {
      const { status, stderr } = await doIt(place, kind)
      assert.equal(status, 0, stderr)
      kind.after?.(place)
      const facts = factsOf(place, kind)
      mustBeSound(place, kind)
      assert.equal(leftIn(place), '')
      return facts
    })
    const alone = await place.trial(() => withoutGit(place, kind))
    place.gitWith({ folder, env: env?.(place) ?? {} }, verb, '-q', '-m', message, ...gitArgs)
    kind.after?.(place)
    const theirs = factsOf(place, kind)
    assert.deepEqual(ours, theirs)
    if (alone) assert.deepEqual(alone, theirs, 'without a git program')
  }

  /** Without a git program it is done alike, or not at all, which is told; then no ref has moved, and at most files are staged. */
  async function withoutGit(place: Place, kind: Kind): Promise<Facts | undefined> {
    const [refs] = untouched(place, kind)
    const { status, stderr } = await doIt(place, {
      ...kind,
      env: (at) => ({ ...kind.env?.(at), PATH: '/nonexistent' }),
    })
    if (status === 0) {
      doneAlone++
      kind.after?.(place)
      return factsOf(place, kind)
    }
    assert.match(stderr, /^error (?:GIT_MISSING|REPOSITORY_UNSUPPORTED): /m)
    assert.equal(untouched(place, kind)[0], refs)
    assert.equal(leftIn(place), '')
    return undefined
  }

  async function mustBeRefused(place: Place, kind: Kind): Promise<void> {
    const before = untouched(place, kind)
    const { status, stderr } = await doIt(place, kind)
    assert.notEqual(status, 0)
    assert.match(stderr, new RegExp(`error ${kind.refused!.code}`))
    assert.match(stderr, kind.refused!.message)
    assert.deepEqual(untouched(place, kind), before)
    assert.equal(leftIn(place), '')
  }
})

describe('docs/git-compatibility.md', () => {
  it('is what the kinds of the tests generate', () => {
    const text = readFileSync(join(projectRoot, 'docs/git-compatibility.md'), 'utf8')
    assert.equal(text, compatibilityDocument(), 'run `npm run docs:git`')
  })
})
