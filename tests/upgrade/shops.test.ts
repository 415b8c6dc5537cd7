import { describeOnPostgres } from '../support/postgres'
import { describeCarryingOn } from './carry-on'
import { openPostgresShop, openV2Shop } from './open-old'

describeCarryingOn('a V2 shop of d558558 on SQLite', openV2Shop)
describeCarryingOn('a shop of d558558 on PostgreSQL', openPostgresShop, describeOnPostgres)
