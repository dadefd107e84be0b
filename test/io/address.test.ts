import { describe, expect, it } from '@jest/globals';
import { isLoopback, nearnessOf } from '../../src/io/address.ts';

describe('nearnessOf', () => {
  it.each([
    ['127.8.9.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.31.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.0.1', 'private'],
    ['fd12::1', 'private'],
    ['169.254.169.254', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['::', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['140.82.112.33', 'public'],
    ['2606:50c0::1', 'public'],
  ])('of %s is %s', (address, nearness) => {
    expect(nearnessOf(address)).toBe(nearness);
  });
});

describe('isLoopback', () => {
  it.each([
    ['localhost', true],
    ['127.0.0.2', true],
    ['[::1]', true],
    ['localhost.example.com', false],
    ['127.0.0.1.example.com', false],
    ['10.0.0.1', false],
  ])('of %s is %p', (hostname, expected) => {
    expect(isLoopback(hostname)).toBe(expected);
  });
});
