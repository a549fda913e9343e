import assert from 'node:assert/strict'
import { SimRandom } from '../../../src/testing/sim-random.ts'
import { rendezvous, SimTopology } from '../../../src/testing/sim-topology.ts'

const hosts = ['ann', 'bob', 'dan', 'eve', 'fay']

function partedTopology(...[mode, symmetry, random]: Parameters<SimTopology['part']>) {
  const topology = new SimTopology()
  for (const host of hosts) topology.add(host)
  const parted = topology.part(mode, symmetry, random)
  const apart = hosts.filter((host) => parted.includes(host))
  return { topology, apart, rest: hosts.filter((host) => !apart.includes(host)) }
}

describe('partitions', () => {
  for (const [mode, size] of [
    ['isolate one', 1],
    ['halves', 3],
  ] as const) {
    it(`${mode}: cut both ways between the sides, whole within each, and healed by a word`, () => {
      const seen = new Set<string>()
      for (let seed = 0; seed < 50; seed++) {
        const { topology, apart, rest } = partedTopology(mode, 'symmetric', new SimRandom(seed))
        seen.add(apart.join())
        assert.equal(apart.length, size)
        for (const one of hosts)
          for (const other of hosts)
            assert.equal(topology.reaches(one, other), apart.includes(one) === apart.includes(other))
        assert.equal(topology.whole, false)
        topology.heal()
        for (const one of apart) for (const other of rest) assert.ok(topology.connects(one, other))
      }
      assert.ok(seen.size > 4)
    })

    it(`${mode} in one direction: those apart are heard no more, and still hear the others`, () => {
      const { topology, apart, rest } = partedTopology(mode, 'asymmetric', new SimRandom(3))
      for (const one of apart)
        for (const other of rest) {
          assert.equal(topology.reaches(one, other), false)
          assert.equal(topology.reaches(other, one), true)
          assert.equal(topology.connects(other, one), false)
        }
    })
  }

  it('leave the rendezvous on either side, or in reach of both', () => {
    const places = new Set<string>()
    for (let seed = 0; seed < 50; seed++) {
      const { topology, apart, rest } = partedTopology('halves', 'symmetric', new SimRandom(seed))
      places.add(`${topology.connects(apart[0]!, rendezvous)} ${topology.connects(rest[0]!, rendezvous)}`)
    }
    assert.deepEqual([...places].toSorted(), ['false true', 'true false', 'true true'])
  })

  it('replace each other', () => {
    const { topology } = partedTopology('halves', 'symmetric', new SimRandom(1))
    const [alone] = topology.part('isolate one', 'symmetric', new SimRandom(2))
    for (const one of hosts)
      for (const other of hosts)
        assert.equal(topology.connects(one, other), one === other || (one !== alone && other !== alone))
  })
})
