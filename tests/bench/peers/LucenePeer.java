// LucenePeer.java: asks Lucene the questions of scripts/bench-peers: LucenePeer FOLDER SECONDS
// Title (boosted) and text, English analysis, one segment on disk. Prints a line a question: lucene, kind, microseconds of processor
// time of the asking thread. Collecting garbage and compiling are threads of their own and not counted.
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.MMapDirectory;

public final class LucenePeer {
    private static final double WARM_US = 4e6; // longer than others: code is compiled while it runs
    private static final int ASKED_LEAST = 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Analyzer ANALYZER = new EnglishAnalyzer();

    private static void index(Path folder, MMapDirectory directory) throws IOException {
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(ANALYZER).setRAMBufferSizeMB(256));
             BufferedReader texts = Files.newBufferedReader(folder.resolve("texts.tsv"))) {
            for (String line; (line = texts.readLine()) != null;) {
                String[] fields = line.split("\t", 3);
                Document document = new Document();
                document.add(new StringField("id", fields[0], Field.Store.YES));
                document.add(new TextField("title", fields[1], Field.Store.YES));
                document.add(new TextField("text", fields[2], Field.Store.NO));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    private static List<String> words(String text) throws IOException {
        List<String> words = new ArrayList<>();
        try (TokenStream tokens = ANALYZER.tokenStream("text", text)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken())
                words.add(term.toString());
            tokens.end();
        }
        return words;
    }

    private static void add(BooleanQuery.Builder query, Query title, Query text) {
        query.add(new BoostQuery(title, 3), Occur.SHOULD).add(text, Occur.SHOULD);
    }

    private static Query query(String text, boolean typed) throws IOException {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        int last = typed ? text.lastIndexOf(' ') : text.length();
        for (String word : words(text.substring(0, last)))
            add(query, new TermQuery(new Term("title", word)), new TermQuery(new Term("text", word)));
        if (typed) {
            String beginning = text.substring(last + 1).toLowerCase();
            add(query, new PrefixQuery(new Term("title", beginning)), new PrefixQuery(new Term("text", beginning)));
        }
        return query.build();
    }

    private static double ask(IndexSearcher searcher, String text, boolean typed) throws IOException {
        long start = THREADS.getCurrentThreadCpuTime();
        for (var hit : searcher.search(query(text, typed), 10).scoreDocs)
            searcher.doc(hit.doc);
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e3;
    }

    private static void askKind(IndexSearcher searcher, Path folder, String kind, double budgetUs) throws IOException {
        List<String> questions = Files.readAllLines(folder.resolve(kind + ".txt"));
        boolean typed = kind.equals("typed");
        for (double spent = 0; spent < WARM_US;)
            for (int i = 0; i < questions.size() && spent < WARM_US; i++)
                spent += ask(searcher, questions.get(i), typed);
        double spent = 0;
        for (int i = 0; i < questions.size() && (spent < budgetUs || i < ASKED_LEAST); i++) {
            double us = ask(searcher, questions.get(i), typed);
            System.out.printf("lucene %s %.0f%n", kind, us);
            spent += us;
        }
    }

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        BooleanQuery.setMaxClauseCount(4096); // a ticket has more words than it allows by default
        try (MMapDirectory directory = new MMapDirectory(folder.resolve("lucene"))) {
            index(folder, directory);
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                IndexSearcher searcher = new IndexSearcher(reader);
                searcher.setQueryCache(null); // it would answer the second asking
                for (String kind : new String[] {"short", "typed", "ticket"})
                    askKind(searcher, folder, kind, 1e6 * Double.parseDouble(args[1]));
            }
        }
    }
}
