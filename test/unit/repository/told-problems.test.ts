import assert from 'node:assert/strict'
import { ToldProblems } from '../../../src/repository/told-problems.ts'

describe('problems of a room', () => {
  it('are told once while they stay, again after ten minutes, and anew when they come back', () => {
    const told = new ToldProblems()
    const toldAt: number[] = []
    const meet = (second: number) => told.isNews('the disk is full', second * 1000) && toldAt.push(second)
    for (let second = 0; second < 700; second++) meet(second)
    for (let second = 800; second < 810; second++) meet(second)
    assert.deepEqual(toldAt, [0, 600, 800])
  })
})
