<?php

declare(strict_types=1);

/*
 * A LINTAS relay for an agency's app in PHP 8.2 or later. No Composer, no extension besides json and openssl (for an https server).
 * Mount it so that every path below LINTAS_BASE comes here (Apache: FallbackResource; nginx: try_files … /lintas-api/relay.php).
 */

const LINTAS_BASE = '/lintas-api/';
const LINTAS_EVIDENCE = 'application/vnd.lintas.evidence';
/** Of a check-in that was made without a network: sealed to the server. */
const LINTAS_SEALED = 'application/vnd.lintas.evidence+sealed';
const LINTAS_PURPOSES = ['check-in', 'enrolment'];

/** The server and the key are the agency's secrets: from the environment, never from a file under the web root. */
$server = rtrim((string) getenv('LINTAS_URL'), '/');
$key = (string) getenv('LINTAS_KEY');
$origin = (string) getenv('LINTAS_ORIGIN');

/** Who is logged in: REPLACE by your app's own login. A subject id of LINTAS, never a NIP; null where nobody is logged in. */
function lintas_subject(): ?string
{
    session_start(['read_and_close' => true, 'cookie_httponly' => true, 'cookie_samesite' => 'Lax']);
    return is_string($_SESSION['lintas_subject'] ?? null) ? $_SESSION['lintas_subject'] : null;
}

function lintas_problem(int $status, string $code, string $detail): never
{
    lintas_send($status, 'application/problem+json', json_encode(
        ['type' => 'about:blank', 'title' => 'Error', 'status' => $status, 'code' => $code, 'detail' => $detail],
        JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES
    ));
}

function lintas_send(int $status, string $type, string $body): never
{
    http_response_code($status);
    header("Content-Type: $type");
    header('Cache-Control: no-store');
    header('X-Content-Type-Options: nosniff');
    echo $body;
    exit;
}

function lintas_type(): string
{
    return strtolower(trim(explode(';', (string) ($_SERVER['CONTENT_TYPE'] ?? ''))[0]));
}

/** The body, at most $limit bytes, of this content type. */
function lintas_body(string $type, int $limit): string
{
    if (lintas_type() !== $type) lintas_problem(415, 'content-type', "The body must be $type");
    $body = (string) file_get_contents('php://input', length: $limit + 1);
    if (strlen($body) > $limit) lintas_problem(413, 'too-large', 'The body is too large');
    return $body;
}

/** @return array<string, mixed> */
function lintas_json(): array
{
    $value = json_decode(lintas_body('application/json', 65536), true, 8);
    if (!is_array($value)) lintas_problem(400, 'invalid', 'The body is not a JSON object');
    return $value;
}

if ($server === '' || $key === '' || $origin === '') lintas_problem(500, 'relay-config', 'LINTAS_URL, LINTAS_KEY and LINTAS_ORIGIN must be set');
if ($_SERVER['REQUEST_METHOD'] !== 'POST') lintas_problem(405, 'method', 'Only POST');
// A browser sends Origin with every POST; whoever leaves it out is no page of ours.
if (!hash_equals($origin, (string) ($_SERVER['HTTP_ORIGIN'] ?? ''))) lintas_problem(403, 'origin', 'This is for pages of this origin');
$subject = lintas_subject();
if ($subject === null) lintas_problem(401, 'login', 'Nobody is logged in');

$path = (string) parse_url((string) $_SERVER['REQUEST_URI'], PHP_URL_PATH);
$asked = str_starts_with($path, LINTAS_BASE) ? substr($path, strlen(LINTAS_BASE)) : '';
$type = 'application/json';

if ($asked === 'session') {
    $sent = lintas_json();
    $purpose = $sent['purpose'] ?? null;
    if (!in_array($purpose, LINTAS_PURPOSES, true)) lintas_problem(403, 'purpose', 'This purpose is not for this page');
    [$to, $body] = ['/v1/sessions', ['subjectId' => $subject, 'purpose' => $purpose]];
    // A page says which office and what its screen shows, and nothing else: words of a page are not the agency's.
    $place = $sent['place'] ?? null;
    if (is_array($place) && is_string($place['office'] ?? null)) {
        $body['place'] = ['office' => $place['office']] + (is_string($place['code'] ?? null) ? ['code' => $place['code']] : []);
    }
} elseif (preg_match('#^sessions/([\w-]{16,128})/begin$#D', $asked, $found) === 1) {
    $sent = lintas_json();
    // What the browser asked, as this relay knows it: the page has no say in it.
    $body = ['token' => $sent['token'] ?? null, 'proof' => $sent['proof'] ?? null, 'route' => $sent['route'] ?? null, 'target' => $origin . $path];
    $to = "/v1/sessions/{$found[1]}/begin";
} elseif (preg_match('#^sessions/([\w-]{16,128})/steps/([1-9])$#D', $asked, $found) === 1) {
    [$to, $body] = ["/v1/sessions/{$found[1]}/steps/{$found[2]}", ['message' => lintas_json()['message'] ?? null]];
} elseif ($asked === 'packs' || $asked === 'deferred') {
    // What check-ins without a network are made with, and what was made.
    $known = $asked === 'packs' ? ['proof'] : ['nonce', 'proof', 'route', 'steps', 'contentKey'];
    $body = array_intersect_key(lintas_json(), array_flip($known)) + ['subjectId' => $subject, 'target' => $origin . $path];
    $to = "/v1/$asked";
} elseif ($asked === 'check-ins' || ($asked === 'enrolments' && in_array('enrolment', LINTAS_PURPOSES, true))) {
    $type = $asked === 'check-ins' && lintas_type() === LINTAS_SEALED ? LINTAS_SEALED : LINTAS_EVIDENCE;
    [$to, $body] = ["/v1/$asked", lintas_body($type, 1048576)];
} else {
    lintas_problem(404, 'not-found', 'There is nothing at this address');
}

$headers = [
    "Authorization: Bearer $key", "Content-Type: $type",
    // A header carries ASCII; a line break in a value would be a further header.
    'X-Lintas-Subject: ' . preg_replace_callback('/[^\x21-\x24\x26-\x7e]/', fn ($found) => rawurlencode($found[0]), $subject), 'X-Lintas-Client-Address: ' . ($_SERVER['REMOTE_ADDR'] ?? ''),
];
$answer = @file_get_contents($server . $to, false, stream_context_create(['http' => [
    'method' => 'POST', 'header' => $headers, 'timeout' => 30, 'ignore_errors' => true, 'follow_location' => 0,
    'content' => is_string($body) ? $body : json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES),
]]));
$told = $http_response_header ?? [];
if ($answer === false || preg_match('#^HTTP/\S+ (\d{3})#', $told[0] ?? '', $found) !== 1) lintas_problem(502, 'server-unreachable', 'The server cannot be reached');
$status = (int) $found[1];
$code = json_decode($answer, true)['code'] ?? null;
// The browser is not to take the relay's trouble with its own key for a login that has expired.
if (in_array($code, ['unauthorised', 'forbidden'], true)) lintas_problem(502, 'server-key', 'The server does not take the key of this relay');
foreach ($told as $line) {
    if (preg_match('/^retry-after:\s*(\d+)\s*$/i', $line, $found) === 1) header("Retry-After: {$found[1]}");
    if (preg_match('#^content-type:\s*(application/(?:problem\+)?json)#i', $line, $found) === 1) $answerType = $found[1];
}
lintas_send($status, $answerType ?? 'application/octet-stream', $answer);
