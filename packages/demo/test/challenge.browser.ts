import { expect } from '@esm-bundle/chai'
import { challengeIsOff, keepChallenge } from '../src/shared/challenge.js'

const address = location.href
afterEach(() => history.replaceState(null, '', address))

describe('the challenge of the demo', () => {
  it('is on unless the address says otherwise', () => {
    for (const [search, off] of [
      ['', false],
      ['?pad=none', true],
      ['?lang=en&pad=none', true],
      ['?pad=high', false],
      ['?pad', false],
    ] as const) {
      history.replaceState(null, '', `/x${search}`)
      expect(challengeIsOff(), search).to.equal(off)
    }
  })

  it('is kept in the address, beside what is there', () => {
    history.replaceState(null, '', '/x?lang=en#y')
    keepChallenge(true)
    expect(location.search + location.hash).to.equal('?lang=en&pad=none#y')
    keepChallenge(false)
    expect(location.search + location.hash).to.equal('?lang=en#y')
  })
})
