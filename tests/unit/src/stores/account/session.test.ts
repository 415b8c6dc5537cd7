import { PlatformError } from '../../../../../src/platform/types'
import { ApiError } from '../../../../../src/services/api-error'
import { createSessionStore } from '../../../../../src/stores/account/session'
import { createFakeClock, createMemoryStorage, defer } from '../../fakes'

function createFixture(storage = createMemoryStorage()) {
  let number = 0
  const login = jest.fn(async () => ({ token: `token-${(number += 1)}`, expiresInSec: 3600 }))
  const loginCode = jest.fn(async (): Promise<string | null> => 'code-1')
  const clock = createFakeClock()
  const platform = { name: 'weapp', loginCode, storage } as const
  return { login, loginCode, clock, storage, session: createSessionStore({ client: { login }, platform, clock }) }
}

describe('the session', () => {
  it('signs in silently with the code of the host', async () => {
    const { session, login } = createFixture()
    await session.signIn()
    expect(login).toHaveBeenCalledWith({ client: 'weapp', code: 'code-1' })
    expect(session.getState().status).toBe('ready')
    expect(await session.token()).toBe('token-1')
    expect(login).toHaveBeenCalledTimes(1)
  })

  it('sends no code where the host has none', async () => {
    const { session, login, loginCode } = createFixture()
    loginCode.mockResolvedValue(null)
    await session.signIn()
    expect(login).toHaveBeenCalledWith({ client: 'weapp' })
  })

  it('keeps its token over a restart, until it is about to end', async () => {
    const first = createFixture()
    await first.session.signIn()
    const second = createFixture(first.storage)
    await second.session.signIn()
    expect(second.login).not.toHaveBeenCalled()
    await second.clock.advance(3_541_000)
    expect(await second.session.token()).toBe('token-1')
    expect(second.login).toHaveBeenCalledTimes(1)
  })

  it('signs in once for all who ask at the same time', async () => {
    const { session, login } = createFixture()
    const slow = defer<{ token: string; expiresInSec: number }>()
    login.mockReturnValueOnce(slow.promise)
    const asking = [session.token(), session.token(), session.token('SC1')]
    slow.resolve({ token: 'shared', expiresInSec: 3600 })
    expect(await Promise.all(asking)).toEqual(['shared', 'shared', 'shared'])
    expect(login).toHaveBeenCalledTimes(1)
  })

  it('renews once for all whose token was refused', async () => {
    const { session, login } = createFixture()
    const refused = await session.token()
    expect(await Promise.all([session.renew(refused), session.renew(refused)])).toEqual(['token-2', 'token-2'])
    expect(await session.renew(refused)).toBe('token-2')
    expect(login).toHaveBeenCalledTimes(2)
  })

  it('shows a failure as a state and tries again at the next call', async () => {
    const { session, login } = createFixture()
    login.mockRejectedValueOnce(new ApiError('UPSTREAM_UNAVAILABLE', 'later'))
    await session.signIn()
    expect(session.getState()).toEqual({ status: 'failed', problem: 'UPSTREAM_UNAVAILABLE' })
    expect(await session.token()).toBe('token-1')
    expect(session.getState().status).toBe('ready')
  })

  it('calls a host without a code a failed login', async () => {
    const { session, loginCode } = createFixture()
    loginCode.mockRejectedValue(new PlatformError('LOGIN_UNAVAILABLE', 'login:fail'))
    await expect(session.token()).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })
})

describe('an order link', () => {
  it('has a session of its own, for that order alone', async () => {
    const { session, login } = createFixture()
    session.adoptOrderKey('SC1', 'key-1')
    expect(await session.token('SC1')).toBe('token-1')
    expect(await session.token('SC2')).toBe('token-2')
    expect(await session.token()).toBe('token-2')
    expect(login.mock.calls).toEqual([[{ client: 'weapp', orderKey: 'key-1' }], [{ client: 'weapp', code: 'code-1' }]])
  })

  it('still knows its key after the way through the cashier', async () => {
    const first = createFixture()
    first.session.adoptOrderKey('SC1', 'key-1')
    const second = createFixture(first.storage)
    await second.session.token('SC1')
    expect(second.login).toHaveBeenCalledWith({ client: 'weapp', orderKey: 'key-1' })
  })
})
