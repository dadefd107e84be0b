import { describe, expect, it } from '@jest/globals';
import { isLoopback, nearnessOf } from '../../../src/io/http/address.ts';

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
    ['192.0.0.192', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['fd20:ce::254', 'forbidden'],
    ['fd00:42::42', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['::7f00:1', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['::ffff:0:127.0.0.1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'forbidden'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b:1::8.8.8.8', 'forbidden'],
    ['2002:7f00:1::1', 'loopback'],
    ['2002:a9fe:a9fe::', 'forbidden'],
    ['2002:808:808::', 'public'],
    ['2001:0:53aa:64c:0:fbfe:a9fe:a9fe', 'forbidden'],
    ['140.82.112.33', 'public'],
    ['2606:50c0::1', 'public'],
  ])('of %s is %s', (address, nearness) => {
    expect(nearnessOf(address)).toBe(nearness);
  });
});

it('takes an address of this machine for as near as its loopback', () => {
  const own = new Set(['192.0.2.7', 'fd12::7']);

  const found = ['192.0.2.7', '::ffff:192.0.2.7', 'fd12::7', '192.0.2.8'].map((one) => nearnessOf(one, own));

  expect(found).toEqual(['loopback', 'loopback', 'loopback', 'public']);
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
