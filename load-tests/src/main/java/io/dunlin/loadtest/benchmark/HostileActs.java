package io.dunlin.loadtest.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What clients should not do, done to a server that serves {@code identity}, {@code mlp} and {@code
 * poison}. Each act says what came back when that is not what should.
 */
final class HostileActs {
  static final int BODY_TIMEOUT_SECONDS = 3;

  private static final int DRIPPING = 100;
  private static final int GONE = 500;
  private static final int NEVER_READING = 50;
  private static final int IDLE = 10_000;
  private static final int TENSOR_BYTES = 64 << 20;
  private static final String POISON = "/v1/models/poison:predict";
  private static final String GOOD_ROW = "{\"instances\": [[1,2,3,4]]}";
  private static final String BAD_ROW = "{\"instances\": [[-999,2,3,4]]}";

  private final InetSocketAddress server;
  private final Consumer<String> progress;

  /**
   * @param progress told of each act, in a line
   */
  HostileActs(InetSocketAddress server, Consumer<String> progress) {
    this.server = server;
    this.progress = progress;
  }

  /** One way to misbehave; empty when it was dealt with as it should be. */
  private interface Act {
    Optional<String> perform() throws IOException;
  }

  /** Does everything once and returns what was not as it should be. */
  List<String> all() throws IOException {
    List<String> objections = new ArrayList<>();
    act("deadlines of 0, -1, words, a century", this::deadlines, objections);
    act("priorities out of range", this::priorities, objections);
    act("one poison row among good ones", this::poison, objections);
    act(DRIPPING + " clients of one byte a second", this::drip, objections);
    act(GONE + " clients that leave in the middle of a body", this::leave, objections);
    act(NEVER_READING + " clients that ask and never read", this::neverRead, objections);
    act(IDLE + " idle connections", this::idle, objections);
    act("a tensor of 64 MiB", () -> tensor(TENSOR_BYTES, 200), objections);
    act("a tensor of 64 MiB and one float", () -> tensor(TENSOR_BYTES + 4, 413), objections);
    return objections;
  }

  private void act(String what, Act act, List<String> objections) throws IOException {
    long start = System.nanoTime();
    Optional<String> objection = act.perform();
    objection.ifPresent(text -> objections.add(what + ": " + text));
    progress.accept(
        "  %-45s %5d ms  %s"
            .formatted(
                what,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start),
                objection.orElse("as it should be")));
  }

  private Optional<String> deadlines() throws IOException {
    for (String millis : List.of("0", "-1", "soon", "3155760000000", "9".repeat(40))) {
      String header = "X-Request-Timeout-Ms: " + millis + "\r\n";
      Answer answer = post(POISON, header, GOOD_ROW);
      if (answer.status() != 400 || !answer.text().contains("X-Request-Timeout-Ms")) {
        return Optional.of(millis + ": " + answer);
      }
    }
    return Optional.empty();
  }

  /** RFC 9218: what cannot be understood is ignored. */
  private Optional<String> priorities() throws IOException {
    for (String priority : List.of("u=8", "u=-1", "u=99999999999", "u", "=", "i;u=3;q", "\"")) {
      Answer answer = post(POISON, "Priority: " + priority + "\r\n", GOOD_ROW);
      if (answer.status() != 200) {
        return Optional.of(priority + ": " + answer);
      }
    }
    return Optional.empty();
  }

  /** Sent together, so that they share a run: only the guilty one fails. */
  private Optional<String> poison() throws IOException {
    for (int round = 0; round < 20; round++) {
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Socket client = connect();
        clients.add(client);
        send(client, request(POISON, "", i == 3 ? BAD_ROW : GOOD_ROW));
      }
      for (int i = 0; i < clients.size(); i++) {
        try (Socket client = clients.get(i)) {
          Answer answer = read(client);
          if (answer.status() != (i == 3 ? 400 : 200)) {
            return Optional.of("client " + i + ": " + answer);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Until the time for a body is over; then they are told so. */
  private Optional<String> drip() throws IOException {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < DRIPPING; i++) {
        Socket client = connect();
        clients.add(client);
        send(client, head(POISON, "", 1000));
      }
      for (int second = 0; second < BODY_TIMEOUT_SECONDS; second++) {
        for (Socket client : clients) {
          send(client, "{".getBytes(StandardCharsets.US_ASCII));
        }
        pause(1);
      }
      for (Socket client : clients) {
        Answer answer = read(client);
        if (answer.status() != 504) {
          return Optional.of(answer.toString());
        }
      }
      return Optional.empty();
    } finally {
      closeAll(clients);
    }
  }

  private Optional<String> leave() throws IOException {
    for (int i = 0; i < GONE; i++) {
      try (Socket client = connect()) {
        send(client, head("/v2/models/identity/infer", "", 1 << 20));
        send(client, new byte[10_000]);
        if (i % 2 == 0) {
          // A reset instead of an end.
          client.setSoLinger(true, 0);
        }
      }
    }
    return Optional.empty();
  }

  /** Each asks for far more than its socket holds. */
  private Optional<String> neverRead() throws IOException {
    byte[] request = tensorRequest(64 << 10);
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < NEVER_READING; i++) {
        Socket client = connect();
        clients.add(client);
        client.setReceiveBufferSize(4096);
        send(client, request);
        send(client, request);
      }
      pause(2);
      Answer answer = post(POISON, "", GOOD_ROW);
      return answer.status() == 200 ? Optional.empty() : Optional.of(answer.toString());
    } finally {
      closeAll(clients);
    }
  }

  private Optional<String> idle() throws IOException {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE; i++) {
        clients.add(connect());
      }
      Answer answer = post(POISON, "", GOOD_ROW);
      if (answer.status() != 200) {
        return Optional.of("beside them: " + answer);
      }
      Socket last = clients.get(IDLE - 1);
      send(last, request(POISON, "", GOOD_ROW));
      Answer own = read(last);
      return own.status() == 200 ? Optional.empty() : Optional.of("on one of them: " + own);
    } finally {
      closeAll(clients);
    }
  }

  private Optional<String> tensor(int bytes, int status) throws IOException {
    try (Socket client = connect()) {
      send(client, tensorRequest(bytes));
      Answer answer = read(client);
      return answer.status() == status && (status != 200 || answer.length() > bytes)
          ? Optional.empty()
          : Optional.of(answer.toString());
    }
  }

  private byte[] tensorRequest(int bytes) {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,"
            + bytes / 4
            + "],\"parameters\":{\"binary_data_size\":"
            + bytes
            + "}}],\"parameters\":{\"binary_data_output\":true}}";
    String header = "Inference-Header-Content-Length: " + json.length() + "\r\n";
    byte[] head = head("/v2/models/identity/infer", header, json.length() + bytes);
    byte[] whole = new byte[head.length + json.length() + bytes];
    System.arraycopy(head, 0, whole, 0, head.length);
    byte[] text = json.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, whole, head.length, text.length);
    return whole;
  }

  /** What came back: its text up to a bound, and all of its bytes counted. */
  private record Answer(int status, String text, long length) {
    @Override
    public String toString() {
      return status + " " + text.substring(0, Math.min(200, text.length()));
    }
  }

  private Answer post(String path, String headers, String body) throws IOException {
    try (Socket client = connect()) {
      send(client, request(path, headers, body));
      return read(client);
    }
  }

  private static byte[] request(String path, String headers, String body) {
    byte[] head = head(path, headers, body.length());
    return (new String(head, StandardCharsets.US_ASCII) + body).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] head(String path, String headers, int length) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: dunlin\r\n"
            + headers
            + "Content-Length: "
            + length
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(server, 10_000);
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(Socket client, byte[] bytes) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  private static Answer read(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int c = in.read();
      if (c < 0) {
        return new Answer(0, "the connection ended: " + head, 0);
      }
      head.append((char) c);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    String begin = new String(in.readNBytes(Math.min(length, 4096)), StandardCharsets.ISO_8859_1);
    in.skipNBytes(length - begin.length());
    return new Answer(Integer.parseInt(head.substring(9, 12)), begin, length);
  }

  private static void pause(int seconds) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void closeAll(List<Socket> clients) throws IOException {
    for (Socket client : clients) {
      client.close();
    }
  }
}
