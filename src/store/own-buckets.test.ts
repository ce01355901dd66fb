import { ownBuckets } from '../ports/rate-limits.ts';
import { bucketContract } from './bucket-contract.ts';

bucketContract('buckets of one process', () => ({ buckets: ownBuckets, async settle() {} }));
