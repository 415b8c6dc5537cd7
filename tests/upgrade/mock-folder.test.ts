import { describeCarryingOn } from './carry-on'
import { openMockFolder } from './open-old'

describeCarryingOn('a data folder of d558558', openMockFolder)
