package io.dunlin.node.runtime.tensorflow;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.dunlin.node.runtime.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.proto.SignatureDef;

/**
 * What Dunlin wants to know of a {@code saved_model.pb} before TensorFlow reads it: the tags of its
 * graphs and their signatures. The graphs themselves, often most of the file, are skipped, so
 * reading costs little even for a large one.
 *
 * <p>Field numbers are those of TensorFlow's {@code saved_model.proto} and {@code
 * meta_graph.proto}.
 *
 * @param graphs in the order of the file
 */
record SavedModelFile(List<Graph> graphs) {
  static final String NAME = "saved_model.pb";
  static final String SERVE = "serve";

  private static final int SAVED_MODEL_META_GRAPHS = 2;
  private static final int META_GRAPH_META_INFO = 1;
  private static final int META_GRAPH_SAVER = 3;
  private static final int META_GRAPH_SIGNATURES = 5;
  private static final int META_INFO_TAGS = 4;
  private static final int MAP_ENTRY_KEY = 1;
  private static final int MAP_ENTRY_VALUE = 2;

  /**
   * One graph of the file.
   *
   * @param tags the set it is found by, sorted
   * @param restores whether it was saved with variables to restore
   * @param signatures by name
   */
  record Graph(List<String> tags, boolean restores, Map<String, SignatureDef> signatures) {}

  /**
   * The graph to serve: tagged {@code serve} and as little else as possible.
   *
   * @throws ModelLoadException naming the tags there are
   */
  Graph servingGraph() throws ModelLoadException {
    return graphs.stream()
        .filter(graph -> graph.tags().contains(SERVE))
        .min(Comparator.comparingInt(graph -> graph.tags().size()))
        .orElseThrow(
            () ->
                new ModelLoadException(
                    NAME
                        + ": no graph is tagged '"
                        + SERVE
                        + "' (found: "
                        + (graphs.isEmpty()
                            ? "no graph at all"
                            : String.join(
                                ", ", graphs.stream().map(g -> g.tags().toString()).toList()))
                        + ")"));
  }

  /**
   * @throws ModelLoadException when the file cannot be read or is not a whole SavedModel message
   */
  static SavedModelFile read(Path file) throws ModelLoadException {
    try (InputStream stream = Files.newInputStream(file)) {
      return parse(stream, Files.size(file));
    } catch (InvalidProtocolBufferException e) {
      throw new ModelLoadException(
          NAME + ": not a whole SavedModel message, cut short or damaged: " + file, e);
    } catch (IOException e) {
      throw new ModelLoadException(NAME + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static SavedModelFile parse(InputStream stream, long size) throws IOException {
    Reader reader = new Reader(CodedInputStream.newInstance(stream), size);
    List<Graph> graphs = new ArrayList<>();
    for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
      if (WireFormat.getTagFieldNumber(tag) == SAVED_MODEL_META_GRAPHS) {
        int outer = reader.enter(tag);
        graphs.add(metaGraph(reader));
        reader.leave(outer);
      } else {
        reader.skip(tag);
      }
    }
    return new SavedModelFile(List.copyOf(graphs));
  }

  private static Graph metaGraph(Reader reader) throws IOException {
    TreeSet<String> tags = new TreeSet<>();
    Map<String, SignatureDef> signatures = new TreeMap<>();
    boolean restores = false;
    for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case META_GRAPH_META_INFO -> {
          int outer = reader.enter(tag);
          for (int inner = reader.tag(); inner != 0; inner = reader.tag()) {
            if (WireFormat.getTagFieldNumber(inner) == META_INFO_TAGS) {
              tags.add(reader.text(inner));
            } else {
              reader.skip(inner);
            }
          }
          reader.leave(outer);
        }
        case META_GRAPH_SAVER -> {
          restores = true;
          reader.skip(tag);
        }
        case META_GRAPH_SIGNATURES -> {
          int outer = reader.enter(tag);
          signatureEntry(reader, signatures);
          reader.leave(outer);
        }
        default -> reader.skip(tag);
      }
    }
    return new Graph(List.copyOf(tags), restores, signatures);
  }

  private static void signatureEntry(Reader reader, Map<String, SignatureDef> signatures)
      throws IOException {
    String name = "";
    SignatureDef signature = SignatureDef.getDefaultInstance();
    for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case MAP_ENTRY_KEY -> name = reader.text(tag);
        case MAP_ENTRY_VALUE -> signature = reader.signature(tag);
        default -> reader.skip(tag);
      }
    }
    signatures.put(name, signature);
  }

  /**
   * Wire format with one rule more than protobuf's own: a length that runs past the end of the file
   * is an error at once, because skipping past the end of a file stream raises none.
   */
  private record Reader(CodedInputStream in, long size) {
    int tag() throws IOException {
      return in.readTag();
    }

    int enter(int tag) throws IOException {
      return in.pushLimit(length(tag));
    }

    void leave(int outer) throws IOException {
      in.checkLastTagWas(0);
      if (in.getBytesUntilLimit() != 0) {
        throw damaged();
      }
      in.popLimit(outer);
    }

    String text(int tag) throws IOException {
      requireLengthDelimited(tag);
      return in.readStringRequireUtf8();
    }

    SignatureDef signature(int tag) throws IOException {
      int outer = enter(tag);
      SignatureDef signature =
          SignatureDef.parser().parsePartialFrom(in, ExtensionRegistryLite.getEmptyRegistry());
      leave(outer);
      return signature;
    }

    void skip(int tag) throws IOException {
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        in.skipRawBytes(length(tag));
      } else if (!in.skipField(tag)) {
        throw damaged();
      }
    }

    private int length(int tag) throws IOException {
      requireLengthDelimited(tag);
      int length = in.readRawVarint32();
      if (length < 0 || length > size - in.getTotalBytesRead()) {
        throw damaged();
      }
      return length;
    }

    private static void requireLengthDelimited(int tag) throws IOException {
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        throw damaged();
      }
    }

    private static InvalidProtocolBufferException damaged() {
      return new InvalidProtocolBufferException("lengths do not fit the file");
    }
  }
}
