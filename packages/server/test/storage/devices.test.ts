import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as api from '../../src/storage/index.js'
import { refuseDevice } from '../../src/storage/device-rules.js'
import { overEngines, type Bench } from './suite.js'

describe('a device', () => {
  it('is refused as the rules say, whatever its standing', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('provisional' as const, 'bound' as const, 'revoked' as const),
        fc.nat(10),
        fc.boolean(),
        fc.boolean(),
        (state, uses, kiosk, own) => {
          const refused = refuseDevice({ state, uses, kiosk, subjectId: kiosk ? null : own ? 's' : 'other' }, 's')
          if (!kiosk && !own) expect(refused).toBe('device-other-subject')
          else if (state === 'revoked') expect(refused).toBe('device-revoked')
          else expect(refused).toBe(state === 'provisional' && uses >= 3 ? 'device-unbound' : undefined)
        },
      ),
    ))
})

overEngines('devices', (bench: Bench) => {
  const start = async () => {
    const tenantId = await bench.tenant()
    const run = <T>(work: (scope: api.Scope) => Promise<T>): Promise<T> => bench.storage.transact(tenantId, work)
    return { tenantId, subjectId: await bench.subject(tenantId), run }
  }

  it('serve three times until somebody vouches for them, and not the subject alone', async () => {
    const { subjectId, run } = await start()
    const use = () => run((scope) => api.noteDevice(scope, subjectId, 'phone'))
    const bind = (actor: string, how: 'officer' | 'passkey' = 'officer') => run((scope) => api.bindDevice(scope, 'phone', { actor, how }))
    expect(await bind('officer')).toEqual({ refused: 'not-found' })
    for (const uses of [1, 2, 3]) expect(await use()).toEqual({ state: 'provisional', uses })
    expect(await use()).toEqual({ state: 'provisional', uses: 3, refused: 'device-unbound' })
    expect(await bind(subjectId)).toEqual({ refused: 'own-device' })
    expect(await bind(' ')).toEqual({ refused: 'own-device' })
    expect(await bind('officer')).toMatchObject({ device: { state: 'bound', boundBy: 'officer', boundHow: 'officer' } })
    expect(await bind('another')).toMatchObject({ device: { boundBy: 'officer' } })
    expect(await use()).toEqual({ state: 'bound', uses: 4 })
    expect(await run((scope) => api.revokeDevice(scope, 'phone', 'officer'))).toMatchObject({ state: 'revoked', revokedBy: 'officer' })
    expect(await use()).toEqual({ state: 'revoked', uses: 4, refused: 'device-revoked' })
    expect(await bind('officer')).toEqual({ refused: 'device-revoked' })
    expect(await run((scope) => api.markKiosk(scope, 'phone', 'officer'))).toEqual({ refused: 'device-revoked' })
    const acts = await run((scope) => api.listActs(scope, { from: new Date(0), until: new Date(bench.clock.now + 1), subjectId, limit: 9 }))
    expect(acts.map(({ action }) => action).sort()).toEqual(['device-bound', 'device-revoked'])
  })

  it('may be bound by the subject’s own passkey', async () => {
    const { subjectId, run } = await start()
    await run((scope) => api.noteDevice(scope, subjectId, 'phone'))
    expect(await run((scope) => api.bindDevice(scope, 'phone', { actor: subjectId, how: 'passkey' }))).toMatchObject({
      device: { boundHow: 'passkey' },
    })
  })

  it('are two a subject; one that is revoked makes room', async () => {
    const { subjectId, run } = await start()
    const use = (thumbprint: string) => run((scope) => api.noteDevice(scope, subjectId, thumbprint))
    await use('one')
    await use('two')
    expect(await use('three')).toEqual({ state: 'unknown', uses: 0, refused: 'device-limit' })
    await run((scope) => api.revokeDevice(scope, 'one', 'officer'))
    expect(await use('three')).toEqual({ state: 'provisional', uses: 1 })
    expect((await run((scope) => api.listDevices(scope, subjectId))).map(({ thumbprint, state }) => [thumbprint, state]).sort()).toEqual([
      ['one', 'revoked'],
      ['three', 'provisional'],
      ['two', 'provisional'],
    ])
  })

  it('are one subject’s, unless they are a kiosk', async () => {
    const { tenantId, subjectId, run } = await start()
    const other = await bench.subject(tenantId)
    await run((scope) => api.noteDevice(scope, subjectId, 'shared'))
    expect(await run((scope) => api.noteDevice(scope, other, 'shared'))).toEqual({ state: 'unknown', uses: 0, refused: 'device-other-subject' })
    const mark = (actor: string) => run((scope) => api.markKiosk(scope, 'shared', actor))
    for (const actor of [subjectId, ' ']) expect(await mark(actor)).toEqual({ refused: 'own-device' })
    expect(await mark('officer')).toMatchObject({ device: { kiosk: true, subjectId: null, boundBy: 'officer' } })
    expect(await mark('again')).toMatchObject({ device: { boundBy: 'officer' } })
    expect((await run((scope) => api.listKiosks(scope))).map(({ thumbprint }) => thumbprint)).toEqual(['shared'])
    for (let uses = 2; uses < 8; uses += 1) {
      expect(await run((scope) => api.noteDevice(scope, uses % 2 === 0 ? other : subjectId, 'shared'))).toEqual({ state: 'kiosk', uses })
    }
    // It takes none of a subject's two places.
    for (const own of ['a', 'b']) expect(await run((scope) => api.noteDevice(scope, subjectId, own))).toMatchObject({ state: 'provisional' })
    await run((scope) => api.revokeDevice(scope, 'shared', 'operator'))
    expect(await run((scope) => api.noteDevice(scope, other, 'shared'))).toMatchObject({ state: 'revoked', refused: 'device-revoked' })
    expect(await run((scope) => api.unmarkKiosk(scope, 'shared', 'officer'))).toEqual({ refused: 'device-revoked' })
    const acts = await run((scope) => api.listActs(scope, { from: new Date(0), until: new Date(bench.clock.now + 1), subjectId, limit: 9 }))
    expect(acts.map(({ actor, action }) => [actor, action])).toEqual([['officer', 'device-kiosk']])
  })

  it('that are kiosks can be taken back: whoever uses one next has it provisionally', async () => {
    const { tenantId, subjectId, run } = await start()
    const other = await bench.subject(tenantId)
    const unmark = () => run((scope) => api.unmarkKiosk(scope, 'tablet', 'officer'))
    expect(await unmark()).toEqual({ refused: 'not-found' })
    expect(await run((scope) => api.markKiosk(scope, 'tablet', 'officer'))).toEqual({ refused: 'not-found' })
    await run((scope) => api.noteDevice(scope, subjectId, 'tablet'))
    expect(await unmark()).toEqual({ refused: 'not-kiosk' })
    await run((scope) => api.markKiosk(scope, 'tablet', 'officer'))
    expect(await unmark()).toMatchObject({ device: { thumbprint: 'tablet' } })
    expect(await run((scope) => api.listKiosks(scope))).toEqual([])
    expect(await run((scope) => api.noteDevice(scope, other, 'tablet'))).toEqual({ state: 'provisional', uses: 1 })
    expect(await run((scope) => api.noteDevice(scope, subjectId, 'tablet'))).toMatchObject({ refused: 'device-other-subject' })
    const acts = await run((scope) => api.listActs(scope, { from: new Date(0), until: new Date(bench.clock.now + 1), limit: 9 }))
    expect(acts.map(({ action }) => action)).toEqual(expect.arrayContaining(['device-kiosk', 'device-kiosk-ended']))
  })

  it('keep to their limits when many use them at once, over all instances', async () => {
    const { tenantId, subjectId } = await start()
    const others = await Promise.all([1, 2, 3].map(() => bench.subject(tenantId)))
    const at = (index: number) => bench.instances[index % 3]!
    const uses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => at(index).transact(tenantId, (scope) => api.noteDevice(scope, subjectId, 'phone'))),
    )
    expect(
      uses
        .filter(({ refused }) => refused === undefined)
        .map((one) => one.uses)
        .sort(),
    ).toEqual([1, 2, 3])
    const many = await Promise.all(
      Array.from({ length: 10 }, (_, index) => at(index).transact(tenantId, (scope) => api.noteDevice(scope, subjectId, `phone-${index}`))),
    )
    expect(many.filter(({ refused }) => refused === undefined)).toHaveLength(1)
    const race = await Promise.all(
      others.map((subject, index) => at(index).transact(tenantId, (scope) => api.noteDevice(scope, subject, 'contested'))),
    )
    expect(race.filter(({ refused }) => refused === undefined)).toHaveLength(1)
  })

  it('go when their subject is erased, and may be somebody else’s then', async () => {
    const { tenantId, subjectId, run } = await start()
    await run((scope) => api.noteDevice(scope, subjectId, 'phone'))
    await run((scope) => api.eraseSubject(scope, subjectId, { reason: 'r', erasedBy: 'o' }))
    expect(await run((scope) => api.noteDevice(scope, subjectId, 'phone'))).toEqual({ state: 'unknown', uses: 0, refused: 'not-found' })
    expect(await run((scope) => api.listDevices(scope))).toEqual([])
    const other = await bench.subject(tenantId)
    expect(await run((scope) => api.noteDevice(scope, other, 'phone'))).toMatchObject({ state: 'provisional', uses: 1 })
  })
})
