<?php

declare(strict_types=1);

/*
 * Checks a decision of the LINTAS server (JWS, ES256), in PHP 8.2 or later with the extension openssl. Fetch it by
 * GET /v1/sessions/{sid}/decision with the agency's key, and the keys by GET /v1/keys; believe nothing that the browser says.
 */

/** Bytes of base64url without padding; null for anything else. */
function lintas_base64url(string $text): ?string
{
    if (preg_match('/^[A-Za-z0-9_-]+$/D', $text) !== 1) return null;
    $bytes = base64_decode(strtr($text, '-_', '+/'), true);
    return $bytes !== false && rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=') === $text ? $bytes : null;
}

/** A JOSE signature (r and s, 32 bytes each) as OpenSSL wants it: a DER sequence of two integers. */
function lintas_der_signature(string $raw): string
{
    $integer = static function (string $bytes): string {
        $bytes = ltrim($bytes, "\0");
        // A first bit of 1 would make it negative.
        if ($bytes === '' || ord($bytes[0]) > 0x7f) $bytes = "\0" . $bytes;
        return "\x02" . chr(strlen($bytes)) . $bytes;
    };
    $both = $integer(substr($raw, 0, 32)) . $integer(substr($raw, 32));
    return "\x30" . chr(strlen($both)) . $both;
}

/** A P-256 key of a JWKS as PEM; null where it is none. @param array<string, mixed> $jwk */
function lintas_pem(array $jwk): ?string
{
    if (($jwk['kty'] ?? null) !== 'EC' || ($jwk['crv'] ?? null) !== 'P-256' || ($jwk['alg'] ?? null) !== 'ES256' || ($jwk['use'] ?? null) !== 'sig') return null;
    [$x, $y] = [lintas_base64url((string) ($jwk['x'] ?? '')), lintas_base64url((string) ($jwk['y'] ?? ''))];
    if ($x === null || $y === null || strlen($x) !== 32 || strlen($y) !== 32) return null;
    // SubjectPublicKeyInfo of id-ecPublicKey on prime256v1, then the point, uncompressed.
    $der = hex2bin('3059301306072a8648ce3d020106082a8648ce3d030107034200') . "\x04" . $x . $y;
    return "-----BEGIN PUBLIC KEY-----\n" . chunk_split(base64_encode($der), 64, "\n") . "-----END PUBLIC KEY-----\n";
}

/**
 * The claims of the decision on the session that you opened.
 * @param array{keys: list<array<string, mixed>>} $jwks what GET /v1/keys gave; fetch it again, at most once in 5 minutes, for a kid you do not know
 * @param array{iss: string, aud: string, sid: string, sub: string, purpose: string} $expected what you opened the session for; aud is your tenant
 * @return array<string, mixed> look at `outcome`: only `admitted` admits
 * @throws RuntimeException where it is not the decision on that session
 */
function lintas_verify_decision(string $jws, array $jwks, array $expected): array
{
    $parts = explode('.', $jws);
    if (strlen($jws) > 16384 || count($parts) !== 3) throw new RuntimeException('not a compact JWS');
    [$header, $payload, $signature] = array_map(lintas_base64url(...), $parts);
    if ($header === null || $payload === null || $signature === null || strlen($signature) !== 64) throw new RuntimeException('not a compact JWS');
    $head = json_decode($header, true);
    // Exactly these, so that neither another algorithm nor crit, jwk, jku or x5u come in.
    if (!is_array($head) || count($head) !== 3 || !is_string($head['kid'] ?? null)) throw new RuntimeException('its header is not that of a decision');
    if (($head['alg'] ?? null) !== 'ES256' || ($head['typ'] ?? null) !== 'lintas-decision+jwt') throw new RuntimeException('not a decision');
    $keys = array_values(array_filter($jwks['keys'], static fn (array $key): bool => ($key['kid'] ?? null) === $head['kid']));
    $pem = count($keys) === 1 ? lintas_pem($keys[0]) : null;
    if ($pem === null) throw new RuntimeException('its key is not among the published ones');
    $good = openssl_verify("$parts[0].$parts[1]", lintas_der_signature($signature), $pem, OPENSSL_ALGO_SHA256);
    if ($good !== 1) throw new RuntimeException('its signature is not good');
    $claims = json_decode($payload, true);
    foreach (['iss', 'aud', 'sid', 'sub', 'purpose'] as $name) {
        if (!is_array($claims) || !is_string($expected[$name] ?? null) || ($claims[$name] ?? null) !== $expected[$name]) {
            throw new RuntimeException("it is of another $name");
        }
    }
    return $claims;
}
