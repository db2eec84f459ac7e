import { describe, expect, it } from 'vitest';
import { newSalt, sha512Crypt } from './sha512-crypt.ts';

describe('sha512Crypt', () => {
  it.each([
    // From the specification.
    [
      'Hello world!',
      'saltstring',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
    // From `openssl passwd -6` and crypt(3).
    [
      '',
      'abcdefgh',
      '$6$abcdefgh$v7sYNA18/BerGOYQLppYLyjH4yJilp8kqe/ef3KYMK9hOIdzH1yzcmP74Ay.m51y1jP3QqxM7Jl75S4CxDhBq.',
    ],
    [
      'a',
      './AZaz09',
      '$6$./AZaz09$xfC/Xf9nUWVjE9zd.feTeMkzurSSjDOE.c0ahls88eRxSlO4XBfewgPEQXC/nmM2hYhsLQ8yq0h/rMBWrUbLL1',
    ],
    [
      'it\'s "secret" & <b> 密码 😀',
      '0123456789abcdef',
      '$6$0123456789abcdef$/pVdQ0lnBgJkQj2FFst8tVJ64tOncvXs2ijd4gTzA2sG.J7NS7G53JIyUGAsGcuop6cCLK9ldTjBAeyd9sXcE/',
    ],
    [
      'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      'saltsalt',
      '$6$saltsalt$55HgDHfXPAT2alm9wGBYfZ4wSwbvPfp5Ckl0DdpNANMj2lPpWfhUgp5km1bq8meJGCDkDGSHYEZyDYoThYWH0/',
    ],
    [
      'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy',
      's',
      '$6$s$W9bkfr7ALVzRC4eAUphSZdFnYMFEoAbUuQs7ITgJNC/uZoQrQ9qiLv45oPZQeVC0hobXzTQy8DRWtLSr6iOfO0',
    ],
    [
      'long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long ',
      'rounds',
      '$6$rounds$G8tzjZwPmjlr5ExLqNPFuMB0i1eQmUxjxTONk3CAx.OpLT2jZJ26N56KMXyf34B//AZRNlo3XgXeX25l8CNwK.',
    ],
  ])('hashes %j with the salt %s', (password, salt, hash) => {
    expect(sha512Crypt(password, salt)).toBe(hash);
  });

  it('reads no more than 16 characters of a salt', () => {
    expect(sha512Crypt('x', '0123456789abcdefMORE')).toBe(sha512Crypt('x', '0123456789abcdef'));
  });
});

describe('newSalt', () => {
  it('has 16 characters of the alphabet of crypt, others each time', () => {
    const salts = Array.from({ length: 50 }, newSalt);
    for (const salt of salts) expect(salt).toMatch(/^[./0-9A-Za-z]{16}$/);
    expect(new Set(salts).size).toBe(50);
  });
});
